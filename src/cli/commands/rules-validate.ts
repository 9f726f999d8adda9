import { forTerminal, toSafeJson } from '../../lib/text-safety.ts';
import type { DefineCommand } from '../command.ts';
import { addListOptions, type ListOptions } from '../list-options.ts';
import { writeOut } from '../output.ts';
import { warningText } from '../print-error.ts';
import { checkJson, checkRules, checkSummary, checkText } from '../rule-checks.ts';
import { rulePlace } from '../rule-place.ts';
import { paintFor, useColour } from '../terminal.ts';

export const defineRulesValidate: DefineCommand = (command, { act }) => {
  addListOptions(
    command
      .description('Check rule files, or every rule file of a folder, without scanning: format, expressions, patterns, references.')
      .argument('<file|folder...>', 'gitleaks TOML, Semgrep YAML')
      .addHelpText(
        'after',
        '\nExit codes: 0 when they load, 4 with the place of each mistake when not.\nRules that use what is not supported are listed; they are no mistake.\n',
      ),
  ).action((shown: readonly string[], options: ListOptions) =>
    act(async (context) => {
      const checks = await checkRules(context, await Promise.all(shown.map((place) => rulePlace(context, place))));
      const exitCode = checks.some(({ problems }) => problems.length > 0) ? 4 : 0;
      if (options.format === 'json') {
        await writeOut(context.stdout, [toSafeJson({ valid: exitCode === 0, engines: checks.map(checkJson) }, 2), '\n'], context);
        return exitCode;
      }
      const paint = paintFor(useColour(context.stderr, context.environment, options));
      const withoutPlace = checks.flatMap(({ warnings }) => warnings.filter((warning) => !('path' in warning)));
      await writeOut(
        context.stderr,
        withoutPlace.map(({ message }) => warningText(message, paint)),
        context,
      );
      const lines = checks.map((check) => checkText(context, check));
      await writeOut(context.stdout, [...lines, `${shown.map(forTerminal).join(', ')}: ${checkSummary(checks)}\n`], context);
      return exitCode;
    }),
  );
};
