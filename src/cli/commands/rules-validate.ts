import { forTerminal } from '../../lib/text-safety.ts';
import { counted } from '../../report/summary.ts';
import type { DefineCommand } from '../command.ts';
import { writeOut } from '../output.ts';
import { warningText } from '../print-error.ts';
import { loadCatalogue } from '../rule-catalogue.ts';
import { rulePlace } from '../rule-place.ts';
import { paintFor, useColour } from '../terminal.ts';

export const defineRulesValidate: DefineCommand = (command, { act }) => {
  command
    .description('Check a rule file, or every rule file of a folder, without scanning: format, expressions, references.')
    .argument('<file|folder>', 'gitleaks TOML')
    .addHelpText('after', '\nExit codes: 0 when it loads, 4 with the place of the first mistake when not.\n')
    .action((place: string) =>
      act(async (context) => {
        const catalogue = await loadCatalogue(context, await rulePlace(context, place));
        const paint = paintFor(useColour(context.stderr, context.environment, {}));
        const warnings = catalogue.flatMap(({ prepared }) => prepared.warnings);
        await writeOut(
          context.stderr,
          warnings.map((warning) => warningText(warning, paint)),
          context,
        );
        const count = catalogue.reduce((sum, { prepared }) => sum + prepared.rules.length, 0);
        await writeOut(context.stdout, [`${forTerminal(place)}: ${counted(count, 'rule')}, valid\n`], context);
        return 0;
      }),
    );
};
