import { scanDetailShape } from '../../api/wire/scans.ts';
import { scanPath } from '../client/paths.ts';
import { addClientOptions, type ClientOptions, connect } from '../client-options.ts';
import type { DefineCommand } from '../command.ts';
import { printScan } from '../print-scan.ts';
import { scanExitCode } from '../scan-text.ts';

export const defineScansShow: DefineCommand = (command, { act }) => {
  command
    .description('Show a scan: state, gate, coverage, tasks that failed, and its worst findings.')
    .argument('<scan>', 'id of the scan');
  addClientOptions(command)
    .option('--exit-code', 'end with the exit code of the scan, as submit --wait does')
    .action((id: string, options: ClientOptions & { readonly exitCode?: true }) =>
      act(async (context) => {
        const client = await connect(context, options);
        const scan = await client.ask(scanDetailShape, { path: scanPath(id) });
        await printScan(context, client, scan, options);
        return options.exitCode === true ? scanExitCode(scan) : 0;
      }),
    );
};
