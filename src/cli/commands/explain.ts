import type { Rule } from '../../domain/rule.ts';
import type { RuleExample } from '../../engines/engine.ts';
import { engineNames } from '../../engines/registry.ts';
import { wrapToWidth } from '../../lib/display-width.ts';
import { forTerminal } from '../../lib/text-safety.ts';
import { addCodeRuleOptions, chosenCodeRules } from '../code-rules.ts';
import type { DefineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { viewOf } from '../list-options.ts';
import { writeOut } from '../output.ts';
import { type CatalogueEntry, findRule, loadCatalogue } from '../rule-catalogue.ts';
import type { Paint } from '../terminal.ts';

interface Options extends Readonly<Record<string, unknown>> {
  readonly secretsConfig?: string;
  readonly color?: boolean;
}

const readableWidth = 88;
const shownExamples = 3;

const exampleLines = (heading: string, examples: readonly RuleExample[], paint: Paint): readonly string[] =>
  examples.length === 0
    ? []
    : [
        '',
        paint.bold(heading),
        ...examples.slice(0, shownExamples).flatMap(({ template }) => template.split('\n').map((line) => `    ${forTerminal(line)}`)),
      ];

const page = (rule: Rule, examples: readonly RuleExample[], width: number, paint: Paint): string => {
  const facts = [`${rule.severity} severity`, `${rule.confidence} confidence`, ...rule.cwe, `engine ${rule.engine}`].map(forTerminal);
  const help = rule.help === '' ? ['The author of this rule gave no explanation.'] : rule.help.split(/\n\s*\n/);
  const own = examples.filter(({ ruleId }) => ruleId === rule.id);
  return [
    `${paint.bold(forTerminal(rule.id))}: ${forTerminal(rule.title)}`,
    paint.dim(facts.join(' · ')),
    ...help.flatMap((paragraph) => ['', ...wrapToWidth(forTerminal(paragraph.replace(/\s+/g, ' ').trim()), width)]),
    ...exampleLines(
      'Reported:',
      own.filter(({ matches }) => matches),
      paint,
    ),
    ...exampleLines(
      'Left alone:',
      own.filter(({ matches }) => !matches),
      paint,
    ),
    ...(own.some(({ template }) => template.includes('{{'))
      ? ['', paint.dim('{{alnum:20}} stands for 20 random letters and digits, and so on.')]
      : []),
    '',
    paint.bold('When it is no problem:'),
    `    sightline:ignore ${forTerminal(rule.id)} -- why    in a comment on the line`,
    '    or an entry under "suppressions" in sightline.yaml',
    ...(rule.helpUrl === undefined ? [] : ['', `More: ${forTerminal(rule.helpUrl)}`]),
    '',
  ].join('\n');
};

const examplesOf = async ({ engine, settings }: CatalogueEntry, context: CliContext): Promise<readonly RuleExample[]> =>
  (await engine.listExamples?.(settings, context)) ?? [];

export const defineExplain: DefineCommand = (command, { act }) => {
  addCodeRuleOptions(command)
    .description('Explain a rule: what it finds, why that matters, how to fix it, and examples.')
    .argument('<rule>', 'id of the rule, as reports show it')
    .option('--secrets-config <file>', 'a gitleaks TOML file instead of the rules of the secrets engine')
    .option('--color', 'colours even where the output is no terminal')
    .option('--no-color', 'no colours')
    .action((id: string, options: Options) =>
      act(async (context) => {
        const configured = options.secretsConfig === undefined ? {} : { configPath: options.secretsConfig };
        const { entry, rule } = findRule(
          await loadCatalogue(context, { engines: engineNames, codeRules: chosenCodeRules(context, options), ...configured }),
          id,
        );
        const { paint, width } = viewOf(context, options);
        await writeOut(context.stdout, [page(rule, await examplesOf(entry, context), Math.min(width, readableWidth), paint)], context);
        return 0;
      }),
    );
};
