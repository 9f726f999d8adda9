import { engineNames, loadEngine } from '../../engines/registry.ts';
import { toSafeJson } from '../../lib/text-safety.ts';
import { columnsText } from '../columns.ts';
import type { DefineCommand } from '../command.ts';
import { addListOptions, type ListOptions, viewOf } from '../list-options.ts';
import { writeOut } from '../output.ts';

export const defineEnginesList: DefineCommand = (command, { act }) => {
  addListOptions(command.description('List the engines: what each looks for, and whether it runs when nobody names engines.')).action(
    (options: ListOptions) =>
      act(async (context) => {
        const engines = await Promise.all(engineNames.map((name) => loadEngine(name)));
        if (options.format === 'json') {
          const rows = engines.map(
            ({ name, version, summary, kinds, scope, isDefault, executesRepositoryCode, sandbox, network, tools }) => ({
              name,
              version,
              summary,
              kinds,
              scope,
              is_default: isDefault,
              executes_repository_code: executesRepositoryCode,
              sandbox,
              network,
              tools: tools.map(({ command: tool }) => tool),
            }),
          );
          await writeOut(context.stdout, [toSafeJson({ engines: rows }, 2), '\n'], context);
          return 0;
        }
        const { paint, width } = viewOf(context, options);
        const rows = engines.map(({ name, version, kinds, isDefault, summary }) => [
          name,
          version,
          kinds.join(', '),
          isDefault ? 'yes' : 'no',
          summary,
        ]);
        await writeOut(
          context.stdout,
          [columnsText(['ENGINE', 'VERSION', 'FINDS', 'DEFAULT', 'SUMMARY'], rows, width, paint.bold)],
          context,
        );
        return 0;
      }),
  );
};
