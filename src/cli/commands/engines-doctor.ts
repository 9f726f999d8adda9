import { engineNames, loadEngine } from '../../engines/registry.ts';
import { forTerminal, toSafeJson } from '../../lib/text-safety.ts';
import type { DefineCommand } from '../command.ts';
import { checkEngine, type EngineHealth } from '../engine-health.ts';
import { addListOptions, type ListOptions, viewOf } from '../list-options.ts';
import { writeOut } from '../output.ts';
import type { Paint } from '../terminal.ts';

const healthText = ({ engine, isUsable, needs }: EngineHealth, paint: Paint): string => {
  const verdict = isUsable ? paint.green('ok') : paint.red('not usable');
  const lines = needs.map(({ what, isMet, detail, hint }) => {
    const line = `  ${isMet ? paint.green('ok     ') : paint.red('missing')}  ${what}: ${forTerminal(detail)}`;
    return hint === undefined ? line : `${line}\n           ${forTerminal(hint)}`;
  });
  return `${paint.bold(engine.name)} ${engine.version}${engine.isDefault ? '' : ' (only when named)'}: ${verdict}\n${lines.join('\n')}\n`;
};

export const defineEnginesDoctor: DefineCommand = (command, { act }) => {
  addListOptions(command.description('Check that each engine has what it needs: rules, tools, sandbox, network.'))
    .addHelpText('after', '\nExit codes: 0 when every default engine is usable, 2 when one is not.\n')
    .action((options: ListOptions) =>
      act(async (context) => {
        const engines = await Promise.all(engineNames.map((name) => loadEngine(name)));
        const results = await Promise.all(engines.map((engine) => checkEngine(engine, context)));
        const rows = results.map(({ engine, isUsable, needs }) => ({
          name: engine.name,
          version: engine.version,
          is_default: engine.isDefault,
          is_usable: isUsable,
          needs: needs.map(({ what, isMet, detail, hint }) => ({ what, is_met: isMet, detail, ...(hint === undefined ? {} : { hint }) })),
        }));
        const { paint } = viewOf(context, options);
        const pieces =
          options.format === 'json' ? [toSafeJson({ engines: rows }, 2), '\n'] : results.map((health) => healthText(health, paint));
        await writeOut(context.stdout, pieces, context);
        return results.some(({ engine, isUsable }) => engine.isDefault && !isUsable) ? 2 : 0;
      }),
    );
};
