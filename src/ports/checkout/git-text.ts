import { plainOutput } from '../../lib/text-safety.ts';

/** What git prints repeats what a server sent: it is kept short and plain before anybody sees it. */

const userInfo = /:\/\/[^\s/'"]*@/g;

/** Printable text without escape sequences, credentials in URLs, and any of `secrets`. */
export const plainGitText = (raw: string, secrets: readonly string[] = []): string => {
  let text = plainOutput(raw);
  for (const secret of secrets) if (secret !== '') text = text.replaceAll(secret, '***');
  return text.replace(userInfo, '://***@');
};

/** Consequences and side notes; the first other complaint is the cause. */
const secondary =
  /askpass|^(?:fatal|error): (?:fsck error in packed object|fetch-pack: |index-pack (?:failed|died)|the remote end hung up)/;

/** The line of git's message that says what went wrong, at most 300 characters. */
export const causeIn = (stderr: string): string => {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const complaints = lines.filter((line) => /^(?:fatal|error): /.test(line));
  const cause = complaints.find((line) => !secondary.test(line)) ?? complaints[0] ?? lines.at(-1) ?? 'git gave no reason';
  return cause.replace(/^(?:fatal|error): /, '').slice(0, 300);
};
