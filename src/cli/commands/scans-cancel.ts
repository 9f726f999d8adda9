import { scanShape } from '../../api/wire/scans.ts';
import { toSafeJson } from '../../lib/text-safety.ts';
import { scanPath } from '../client/paths.ts';
import { addClientOptions, type ClientOptions, connect } from '../client-options.ts';
import type { DefineCommand } from '../command.ts';
import { writeOut } from '../output.ts';

export const defineScansCancel: DefineCommand = (command, { act }) => {
  command
    .description('End a scan that waits or runs. What it found so far is kept; its engines are ended within seconds.')
    .argument('<scan>', 'id of the scan')
    .option('--reason <text>', 'why, for those who look at it later');
  addClientOptions(command).action((id: string, options: ClientOptions & { readonly reason?: string }) =>
    act(async (context) => {
      const client = await connect(context, options);
      const body = options.reason === undefined ? {} : { reason: options.reason };
      const scan = await client.ask(scanShape, { method: 'POST', path: `${scanPath(id)}/cancel`, body, isRepeatable: true });
      const text = options.format === 'json' ? toSafeJson(scan, 2) : `scan ${scan.id} is ${scan.state}`;
      await writeOut(context.stdout, [text, '\n'], context);
      return 0;
    }),
  );
};
