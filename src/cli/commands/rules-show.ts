import { engineNames } from '../../engines/registry.ts';
import { forTerminal, toSafeJson } from '../../lib/text-safety.ts';
import { ruleJson } from '../../report/rule-json.ts';
import { addCodeRuleOptions, chosenCodeRules } from '../code-rules.ts';
import { columnsText } from '../columns.ts';
import type { DefineCommand } from '../command.ts';
import { addListOptions, type ListOptions, viewOf } from '../list-options.ts';
import { writeOut } from '../output.ts';
import { findRule, loadCatalogue } from '../rule-catalogue.ts';

interface Options extends ListOptions, Readonly<Record<string, unknown>> {
  readonly secretsConfig?: string;
}

export const defineRulesShow: DefineCommand = (command, { act }) => {
  addCodeRuleOptions(
    addListOptions(
      command
        .description('Show the facts of one rule. "sightline explain" says what it means.')
        .argument('<rule>', 'id of the rule')
        .option('--secrets-config <file>', 'a gitleaks TOML file instead of the rules of the secrets engine'),
    ),
  ).action((id: string, options: Options) =>
    act(async (context) => {
      const { rule } = findRule(
        await loadCatalogue(context, {
          engines: engineNames,
          codeRules: chosenCodeRules(context, options),
          ...(options.secretsConfig === undefined ? {} : { configPath: options.secretsConfig }),
        }),
        id,
      );
      const record = ruleJson(rule);
      const { paint, width } = viewOf(context, options);
      const rows = Object.entries(record).map(([key, value]) => [
        key,
        forTerminal(Array.isArray(value) ? value.join(', ') : String(value)),
      ]);
      const text = options.format === 'json' ? `${toSafeJson(record, 2)}\n` : columnsText(['FACT', 'VALUE'], rows, width, paint.bold);
      await writeOut(context.stdout, [text], context);
      return 0;
    }),
  );
};
