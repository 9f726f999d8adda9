import { severityRank } from '../../domain/severity.ts';
import { forTerminal, toSafeJson } from '../../lib/text-safety.ts';
import { ruleJson } from '../../report/rule-json.ts';
import { counted } from '../../report/summary.ts';
import { addCodeRuleOptions, chosenCodeRules } from '../code-rules.ts';
import { columnsText } from '../columns.ts';
import type { DefineCommand } from '../command.ts';
import { addListOptions, type ListOptions, viewOf } from '../list-options.ts';
import { writeOut } from '../output.ts';
import { loadCatalogue } from '../rule-catalogue.ts';
import { eachName } from '../setting-options.ts';

interface Options extends ListOptions, Readonly<Record<string, unknown>> {
  readonly engine?: readonly string[];
  readonly secretsConfig?: string;
}

export const defineRulesList: DefineCommand = (command, { act }) => {
  addCodeRuleOptions(
    addListOptions(
      command
        .description('List the rules in force, worst first.')
        .option('--engine <name>', 'only of these engines; repeatable or with commas', eachName)
        .option('--secrets-config <file>', 'a gitleaks TOML file instead of the rules of the secrets engine'),
    ),
  ).action((options: Options) =>
    act(async (context) => {
      const catalogue = await loadCatalogue(context, {
        engines: options.engine ?? [],
        codeRules: chosenCodeRules(context, options),
        ...(options.secretsConfig === undefined ? {} : { configPath: options.secretsConfig }),
      });
      const rules = catalogue
        .flatMap(({ prepared }) => prepared.rules)
        .toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity) || (a.id < b.id ? -1 : 1));
      if (options.format === 'json') {
        await writeOut(context.stdout, [toSafeJson({ rules: rules.map(ruleJson) }, 2), '\n'], context);
        return 0;
      }
      const { paint, width } = viewOf(context, options);
      const rows = rules.map(({ id, severity, engine, title }) => [forTerminal(id), severity, engine, forTerminal(title)]);
      const total = paint.dim(`${counted(rules.length, 'rule')}; "sightline explain <rule>" tells more about one`);
      await writeOut(
        context.stdout,
        [columnsText(['RULE', 'SEVERITY', 'ENGINE', 'FINDS'], rows, width, paint.bold), `${total}\n`],
        context,
      );
      return 0;
    }),
  );
};
