import type { DefineCommand } from '../command.ts';
import { writeOut } from '../output.ts';

export const defineVersion: DefineCommand = (command, { act }) => {
  command
    .description('Print the version of Sightline. With --verbose also of Node.js and the platform, for bug reports.')
    .option('-v, --verbose', 'also Node.js and the platform')
    .action((options: { readonly verbose?: boolean }) =>
      act(async (context) => {
        const lines = [`sightline ${context.toolVersion}\n`];
        if (options.verbose) lines.push(`node ${process.versions.node}\nplatform ${process.platform}-${process.arch}\n`);
        await writeOut(context.stdout, lines, context);
        return 0;
      }),
    );
};
