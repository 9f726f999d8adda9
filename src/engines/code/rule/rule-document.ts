import { Composer, type Document, Lexer, LineCounter, Parser } from 'yaml';
import type { RuleProblem } from './code-rule.ts';
import { toYamlValue, type YamlComplaint, type YamlValue } from './yaml-tree.ts';

export interface RuleDocument {
  /** Entries of `rules:`; absent when the file is no rule file, or cannot be read at all. */
  readonly rules?: readonly RuleEntry[];
  readonly problems: readonly RuleProblem[];
}

export interface RuleEntry {
  readonly value: YamlValue;
  /** One of the problems stands in it, a key that is there twice for example: it cannot be trusted. */
  readonly isBroken: boolean;
}

/** Complaints of the YAML parser about one file; the first one is the one that counts. */
const maxProblems = 10;

/** Marks, words and line ends of a file: 1 MB of rules has 170,000. What the parser keeps of one takes up to a kilobyte. */
const maxLexemes = 700_000;
/** Brackets within brackets. Blocks nest by columns, which the parser sees to. */
const maxBrackets = 200;

const tooDeep = 'nested too deep to be read';

/** What `parseDocument` of the package does, stopped where a file asks for more than it should. */
function* tokensOf(text: string, lines: LineCounter, refuse: (offset: number, message: string) => void) {
  const parser = new Parser(lines.addNewLine);
  let lexemes = 0;
  let brackets = 0;
  let offset = 0;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexeme === '[' || lexeme === '{') brackets += 1;
    else if (lexeme === ']' || lexeme === '}') brackets -= 1;
    if (lexemes > maxLexemes || brackets > maxBrackets) {
      refuse(offset, lexemes > maxLexemes ? `more than ${maxLexemes} marks and words; split the file` : tooDeep);
      return;
    }
    offset += lexeme.length;
    yield* parser.next(lexeme);
  }
  yield* parser.end();
}

interface Parsed {
  readonly document?: Document.Parsed;
  readonly errors: readonly { readonly offset: number; readonly message: string }[];
}

const parse = (text: string, lines: LineCounter): Parsed => {
  const refused: { offset: number; message: string }[] = [];
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const tokens = tokensOf(text, lines, (offset, message) => refused.push({ offset, message }));
  const [document, second] = composer.compose(tokens, true, text.length);
  if (refused.length > 0) return { errors: refused };
  if (document === undefined) return { errors: [] };
  const errors = document.errors.map(({ code, pos, message }) => ({
    offset: pos[0],
    message: code === 'RESOURCE_EXHAUSTION' ? tooDeep : `not valid YAML: ${message}`,
  }));
  if (second !== undefined) errors.push({ offset: second.range[0], message: 'a rule file is one YAML document, and this is a second one' });
  return { document, errors };
};

/** An entry reaches to the start of the next one. */
const entriesOf = (items: readonly YamlValue[], problems: readonly RuleProblem[]): readonly RuleEntry[] =>
  items.map((value, index) => {
    const end = items[index + 1]?.at.line ?? Number.POSITIVE_INFINITY;
    return { value, isBroken: problems.some(({ line }) => line >= value.at.line && line < end) };
  });

/** Reads the text of one file, YAML or JSON. Only what concerns the whole file leaves it without `rules`. */
export const readRuleDocument = (path: string, text: string): RuleDocument => {
  const lines = new LineCounter();
  const { document, errors } = parse(text, lines);
  if (errors.length > 0 || document === undefined) {
    return {
      problems: errors.slice(0, maxProblems).map(({ offset, message }) => {
        const { line, col } = lines.linePos(offset);
        return { path, line: Math.max(line, 1), column: Math.max(col, 1), message };
      }),
    };
  }
  const problems: RuleProblem[] = [];
  let isComplete = true;
  const complain: YamlComplaint = ({ line, column }, message, concerns) => {
    if (concerns === 'file') isComplete = false;
    problems.push({ path, line, column, message });
  };
  const root = document.contents === null ? undefined : toYamlValue(document.contents, lines, complain);
  const rules = root?.kind === 'map' ? root.entries.get('rules') : undefined;
  if (!isComplete) return { problems: problems.slice(0, maxProblems) };
  if (rules === undefined) return { problems: [] };
  if (rules.value.kind === 'list') return { rules: entriesOf(rules.value.items, problems), problems };
  const { line, column } = rules.key;
  return { problems: [...problems, { path, line, column, message: '"rules" must be a list of rules' }] };
};
