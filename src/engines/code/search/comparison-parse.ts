/** An expression of `metavariable-comparison`: the part of Python that is written there. */
export type Comparison =
  | { readonly type: 'value'; readonly value: ComparisonValue }
  | { readonly type: 'metavariable'; readonly name: string }
  | { readonly type: 'list'; readonly items: readonly Comparison[] }
  | { readonly type: 'call'; readonly callee: ComparisonFunction; readonly items: readonly Comparison[] }
  | { readonly type: 'unary'; readonly operator: string; readonly item: Comparison }
  | { readonly type: 'binary'; readonly operator: string; readonly left: Comparison; readonly right: Comparison }
  /** `a < b <= c`: each pair of neighbours. */
  | {
      readonly type: 'chain';
      readonly first: Comparison;
      readonly rest: readonly { readonly operator: string; readonly item: Comparison }[];
    };

export type ComparisonValue =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'list'; readonly value: readonly ComparisonValue[] };

const functionNames = ['int', 'str', 'today', 'strptime', 're.match'] as const;
export type ComparisonFunction = (typeof functionNames)[number];

const maxDepth = 100;

interface Token {
  readonly kind: 'number' | 'string' | 'name' | 'metavariable' | 'operator' | 'end';
  readonly text: string;
}

const tokenForms =
  /\s*(?:(?<number>0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<string>[rR]?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))|(?<metavariable>\$(?:\.\.\.)?\w+)|(?<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?<operator>\*\*|\/\/|<<|>>|[<>=!]=|[-+*/%<>()[\],&|^~]))/y;

/** Thrown inside the parser only; `parseComparison` turns it into a value. */
const fail = (message: string): never => {
  throw new SyntaxError(message);
};

const tokensOf = (source: string): Token[] => {
  const tokens: Token[] = [];
  const text = source.trimEnd();
  const forms = new RegExp(tokenForms);
  while (forms.lastIndex < text.length) {
    const at = forms.lastIndex;
    const groups = forms.exec(text)?.groups ?? fail(`"${text.slice(at, at + 20).trim()}" is not understood`);
    for (const kind of ['number', 'string', 'metavariable', 'name', 'operator'] as const) {
      const found = groups[kind];
      if (found !== undefined) tokens.push({ kind, text: found });
    }
  }
  return tokens;
};

const numberValue = (text: string): ComparisonValue => {
  const plain = text.replaceAll('_', '');
  const isInt = /^(?:0[xXoObB][0-9a-fA-F]+|\d+)$/.test(plain);
  return isInt ? { kind: 'int', value: Number(plain) } : { kind: 'float', value: Number(plain) };
};

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\\': '\\', "'": "'", '"': '"' };

const stringValue = (text: string): ComparisonValue => {
  const isRaw = /^[rR]/.test(text);
  const body = text.slice(isRaw ? 2 : 1, -1);
  // What Python does not know stays as written, as the backslashes of regexes do.
  const value = isRaw ? body : body.replace(/\\([^])/g, (whole, char: string) => escapes[char] ?? whole);
  return { kind: 'string', value };
};

/** Loosest first. */
const binaryLevels: readonly (readonly string[])[] = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '//', '%']];
const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'is', 'is not']);

const createParser = (tokens: readonly Token[]) => {
  const end: Token = { kind: 'end', text: '' };
  let at = 0;
  let depth = 0;
  const peek = (): Token => tokens[at] ?? end;
  const isNext = (text: string): boolean => peek().text === text && peek().kind !== 'string' && peek().kind !== 'end';
  const accept = (text: string): boolean => {
    if (!isNext(text)) return false;
    at += 1;
    return true;
  };
  const expect = (text: string): void => {
    if (!accept(text)) fail(peek().kind === 'end' ? `"${text}" is missing at the end` : `"${text}" was expected before "${peek().text}"`);
  };
  const nested = <T>(read: () => T): T => {
    depth += 1;
    if (depth > maxDepth) fail('it nests too deep');
    const result = read();
    depth -= 1;
    return result;
  };

  const listUntil = (close: string): Comparison[] => {
    const items: Comparison[] = [];
    while (!accept(close)) {
      items.push(either());
      if (!accept(',')) {
        expect(close);
        break;
      }
    }
    return items;
  };

  const named = (name: string): Comparison => {
    if (!accept('(')) {
      if (name === 'True' || name === 'False') return { type: 'value', value: { kind: 'boolean', value: name === 'True' } };
      return fail(`the name ${name} means nothing here`);
    }
    const callee = functionNames.find((known) => known === name) ?? fail(`the function ${name}() is not known`);
    return { type: 'call', callee, items: listUntil(')') };
  };

  const primary = (): Comparison => {
    const token = peek();
    at += 1;
    switch (token.kind) {
      case 'number':
        return { type: 'value', value: numberValue(token.text) };
      case 'string':
        return { type: 'value', value: stringValue(token.text) };
      case 'metavariable':
        return { type: 'metavariable', name: token.text };
      case 'name':
        return named(token.text);
      case 'operator':
        if (token.text === '[') return { type: 'list', items: listUntil(']') };
        if (token.text === '(') {
          const items = listUntil(')');
          return items.length === 1 && tokens[at - 2]?.text !== ',' && items[0] !== undefined ? items[0] : { type: 'list', items };
        }
        return fail(`"${token.text}" is not expected`);
      case 'end':
        return fail('it ends too early');
    }
  };

  const power = (): Comparison => {
    const left = primary();
    return accept('**') ? { type: 'binary', operator: '**', left, right: unary() } : left;
  };

  const unary = (): Comparison =>
    nested(() => {
      const operator = ['-', '+', '~'].find(accept);
      return operator === undefined ? power() : { type: 'unary', operator, item: unary() };
    });

  const binary = (level: number): Comparison => {
    const operators = binaryLevels[level];
    if (operators === undefined) return unary();
    let left = binary(level + 1);
    for (let operator = operators.find(accept); operator !== undefined; operator = operators.find(accept))
      left = { type: 'binary', operator, left, right: binary(level + 1) };
    return left;
  };

  const comparisonOperator = (): string | undefined => {
    const first = peek();
    if (first.kind !== 'operator' && first.kind !== 'name') return undefined;
    const isPair = (first.text === 'not' && tokens[at + 1]?.text === 'in') || (first.text === 'is' && tokens[at + 1]?.text === 'not');
    const operator = isPair ? `${first.text} ${tokens[at + 1]?.text}` : first.text;
    if (!comparisons.has(operator)) return undefined;
    at += isPair ? 2 : 1;
    return operator;
  };

  const comparison = (): Comparison => {
    const first = binary(0);
    const rest: { operator: string; item: Comparison }[] = [];
    for (let operator = comparisonOperator(); operator !== undefined; operator = comparisonOperator())
      rest.push({ operator, item: binary(0) });
    return rest.length === 0 ? first : { type: 'chain', first, rest };
  };

  const negation = (): Comparison => nested(() => (accept('not') ? { type: 'unary', operator: 'not', item: negation() } : comparison()));

  const both = (): Comparison => {
    let left = negation();
    while (accept('and')) left = { type: 'binary', operator: 'and', left, right: negation() };
    return left;
  };

  const either = (): Comparison => {
    let left = both();
    while (accept('or')) left = { type: 'binary', operator: 'or', left, right: both() };
    return left;
  };

  return (): Comparison => {
    const whole = either();
    return at < tokens.length ? fail(`"${peek().text}" is not expected`) : whole;
  };
};

export const parseComparison = (source: string): { readonly comparison: Comparison } | { readonly problem: string } => {
  try {
    return { comparison: createParser(tokensOf(source))() };
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: error.message };
    throw error;
  }
};
