import { AppError } from '../../lib/errors.ts';
import { forTerminal } from '../../lib/text-safety.ts';
import { counted } from '../../report/summary.ts';
import type { DefineCommand } from '../command.ts';
import { writeOut } from '../output.ts';
import { loadCatalogue } from '../rule-catalogue.ts';
import { type ExampleRun, runExamples } from '../rule-examples.ts';
import { rulePlace } from '../rule-place.ts';

const longestExample = 160;

const runText = ({ engine, ruleCount, exampleCount, failures, unproved }: ExampleRun): string => {
  const lines = failures.map(({ ruleId, matches, template }) => {
    const shown = forTerminal(template.length <= longestExample ? template : `${template.slice(0, longestExample)}…`);
    return `FAILED ${forTerminal(ruleId)}: ${matches ? 'must be found, is not' : 'must be left alone, is found'}\n       ${shown}`;
  });
  if (unproved.length > 0) lines.push(`without an example to find: ${unproved.map(forTerminal).join(', ')}`);
  lines.push(`${engine}: ${counted(ruleCount, 'rule')}, ${counted(exampleCount, 'example')}, ${failures.length} failed`);
  return `${lines.join('\n')}\n`;
};

export const defineRulesTest: DefineCommand = (command, { act }) => {
  command
    .description(
      "Run the examples that rules carry: each must be found, or left alone, as its rule says. Without a place, Sightline's own rules.",
    )
    .argument('[file|folder]', 'gitleaks TOML with examples')
    .addHelpText('after', '\nExit codes: 0 when every example holds, 1 when one does not,\n4 when the rules cannot be loaded.\n')
    .action((place: string | undefined) =>
      act(async (context) => {
        const catalogue = await loadCatalogue(context, place === undefined ? { engines: [] } : await rulePlace(context, place));
        const runs = (await Promise.all(catalogue.map((entry) => runExamples(entry, context)))).filter((run) => run !== undefined);
        if (runs.every(({ exampleCount }) => exampleCount === 0)) {
          throw new AppError('rule_invalid', `${place ?? 'the rules'}: no rule carries an example`, {
            hint: 'Add match and no_match under [rules.sightline]; docs/guides/add-a-rule.md shows how.',
          });
        }
        await writeOut(context.stdout, runs.map(runText), context);
        return runs.some(({ failures }) => failures.length > 0) ? 1 : 0;
      }),
    );
};
