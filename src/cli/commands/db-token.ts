import { forTerminal, toSafeJson } from '../../lib/text-safety.ts';
import { counted } from '../../report/summary.ts';
import type { DefineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { addListOptions, type ListOptions } from '../list-options.ts';
import { writeOut } from '../output.ts';
import { addStorageOptions, serverValues } from '../server-options.ts';

type Options = ListOptions & Readonly<Record<string, unknown>> & { readonly revokeOthers?: boolean };

const makeToken = async (context: CliContext, options: Options): Promise<number> => {
  const values = await serverValues(context, options);
  const control = await context.serverControl();
  const { token, tokenId, revoked, keptIn } = await control.makeToken(values, {
    revokeOthers: options.revokeOthers === true,
    signal: context.signal,
  });
  if (options.format === 'json') {
    await writeOut(context.stdout, [toSafeJson({ token, id: tokenId, revoked, kept_in: keptIn ?? null }, 2), '\n'], context);
    return 0;
  }
  const kept = keptIn === undefined ? 'It is kept nowhere: set SIGHTLINE_TOKEN.' : `Kept in ${forTerminal(keptIn)}.`;
  const others = revoked.length === 0 ? '' : ` ${counted(revoked.length, 'other token')} revoked.`;
  await writeOut(context.stderr, [`A new operator token, shown this once. ${kept}${others}\n`], context);
  await writeOut(context.stdout, [`${token}\n`], context);
  return 0;
};

export const defineDbToken: DefineCommand = (command, { act }) => {
  addListOptions(
    command
      .description('Make a new operator token, where the first was lost or has become known. Needs the database itself instead of a token.')
      .option('--revoke-others', 'from now on no other operator token is worth anything'),
  );
  addStorageOptions(command);
  command
    .addHelpText(
      'after',
      `
Prints the token on standard output, once, and keeps it in the data directory
where there is one. The audit trail says that it was made. An embedded
database has one user at a time: stop its server first.
`,
    )
    .action((options: Options) => act((context) => makeToken(context, options)));
};
