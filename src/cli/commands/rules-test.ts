import { AppError } from '../../lib/errors.ts';
import { toSafeJson } from '../../lib/text-safety.ts';
import type { DefineCommand } from '../command.ts';
import { addListOptions, type ListOptions } from '../list-options.ts';
import { writeOut } from '../output.ts';
import { rulePlace } from '../rule-place.ts';
import { checkedCount, exitCodeOf, ruleRunJson, ruleRunText, runRuleTests } from '../rule-tests.ts';

export const defineRulesTest: DefineCommand = (command, { act }) => {
  addListOptions(
    command
      .description(
        "Hold rules against what proves them: the examples they carry, or annotated files beside them (comments like `ruleid: x` and `ok: x` speak of the next line). Without a place, Sightline's own rules.",
      )
      .argument('[file|folder]', 'gitleaks TOML with examples, Semgrep YAML with test files')
      .addHelpText('after', '\nExit codes: 0 when all of it holds, 1 when something does not,\n4 when the rules cannot be loaded.\n'),
  ).action((shown: string | undefined, options: ListOptions) =>
    act(async (context) => {
      const runs = await runRuleTests(context, shown === undefined ? undefined : await rulePlace(context, shown));
      const exitCode = Math.max(0, ...runs.map(exitCodeOf));
      if (exitCode !== 4 && runs.every((run) => checkedCount(run) === 0)) {
        throw new AppError('rule_invalid', `${shown ?? 'the rules'}: nothing there proves a rule`, {
          hint: 'Add match and no_match under [rules.sightline], or a test file beside the rule file; docs/guides/add-a-rule.md shows how.',
        });
      }
      const text =
        options.format === 'json'
          ? [toSafeJson({ holds: exitCode === 0, engines: runs.map(ruleRunJson) }, 2), '\n']
          : runs.map((run) => ruleRunText(context, run));
      await writeOut(context.stdout, text, context);
      return exitCode;
    }),
  );
};
