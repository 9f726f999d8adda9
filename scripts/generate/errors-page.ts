import { code, markdownTable } from './markdown-table.ts';

export const errorsPage = async (): Promise<string> => {
  const { errorTable } = await import('../../src/lib/errors.ts');
  const rows = Object.entries(errorTable).map(([name, row]) => [
    code(name),
    row.summary,
    String(row.exit),
    String(row.http),
    code(row.grpc),
    row.retryable ? 'yes' : 'no',
  ]);
  return `# Errors

Every refusal and failure has one of these codes. They are stable: scripts may rely on them. *Exit* is the exit code of the command line,
*HTTP* and *gRPC* the status of the APIs, *retry* says whether the same request can succeed later without being changed.

${markdownTable(['code', 'meaning', 'exit', 'HTTP', 'gRPC', 'retry'], rows)}
`;
};
