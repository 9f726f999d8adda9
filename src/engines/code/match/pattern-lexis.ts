import type { Mark } from './pattern-tree.ts';

/** A string, or a regular expression of JavaScript, in the source of a pattern. */
export interface Quoted {
  readonly contentStart: number;
  readonly contentEnd: number;
  readonly end: number;
  /** Set where the content as a whole stands for something else. */
  readonly special?: Mark;
  /** Parts of the content that are code: `${…}` and the like, without the signs around them. */
  readonly code: readonly { readonly start: number; readonly end: number }[];
}

const languagesOf = (...ids: string[]): ReadonlySet<string> => new Set(ids);
const hashComments = languagesOf('python', 'ruby', 'bash', 'php', 'hcl', 'yaml', 'dockerfile', 'elixir', 'generic');
const noSlashComments = languagesOf('ocaml', 'python', 'ruby', 'bash', 'yaml', 'dockerfile', 'elixir', 'html', 'json', 'lua', 'clojure');
const backtickStrings = languagesOf('javascript', 'typescript', 'tsx', 'go', 'ruby', 'bash');
const ecmaScript = languagesOf('javascript', 'typescript', 'tsx');

/** End of the comment that starts here, if one does. */
export const skipComment = (source: string, at: number, language: string): number | undefined => {
  const lineEnd = (): number => {
    const end = source.indexOf('\n', at);
    return end < 0 ? source.length : end;
  };
  if (source[at] === '#' && hashComments.has(language) && source[at + 1] !== '[') return lineEnd();
  if (source[at] !== '/' || noSlashComments.has(language)) return undefined;
  if (source[at + 1] === '/') return lineEnd();
  if (source[at + 1] !== '*') return undefined;
  const end = source.indexOf('*/', at + 2);
  return end < 0 ? undefined : end + 2;
};

/** What opens code inside of a string that starts at `at`; undefined when nothing does. */
const interpolationOf = (source: string, at: number, quote: string, language: string): string | undefined => {
  switch (language) {
    case 'python':
      return /[fF][rR]?$|[rR][fF]$/.test(source.slice(Math.max(0, at - 2), at)) ? '{' : undefined;
    case 'csharp':
      return /\$@?$|@\$$/.test(source.slice(Math.max(0, at - 2), at)) ? '{' : undefined;
    case 'javascript':
    case 'typescript':
    case 'tsx':
      return quote === '`' ? '${' : undefined;
    case 'ruby':
    case 'elixir':
      return quote === "'" ? undefined : '#{';
    case 'kotlin':
    case 'scala':
    case 'hcl':
    case 'dart':
      return quote === "'" && language !== 'dart' ? undefined : '${';
    case 'swift':
      return '\\(';
    case 'bash':
      return quote === '"' ? '$(' : undefined;
    default:
      return undefined;
  }
};

/** The string that starts here, if one does. A quote that is never closed is a character like any other. */
export const readQuoted = (source: string, at: number, to: number, before: string, language: string): Quoted | undefined => {
  const quote = source[at] ?? '';
  if (quote === '/' && ecmaScript.has(language)) return readRegex(source, at, to, before);
  if (quote !== '"' && quote !== "'" && !(quote === '`' && backtickStrings.has(language))) return undefined;
  // A lifetime or a symbol, not a character.
  if (
    quote === "'" &&
    (language === 'rust' || language === 'scala' || language === 'ocaml') &&
    !/^'(?:\\[^']+|[^\\'])'/.test(source.slice(at, at + 12))
  )
    return undefined;
  const tripled = quote.repeat(3);
  const mark = source.startsWith(tripled, at) && source.indexOf(tripled, at + 3) > 0 ? tripled : quote;
  const opens = interpolationOf(source, at, quote, language);
  const closes = opens?.endsWith('(') ? ')' : '}';
  const escapes = !(quote === '`' && language === 'go');
  const contentStart = at + mark.length;
  const code: { start: number; end: number }[] = [];
  let position = contentStart;
  while (position < to) {
    if (source.startsWith(mark, position)) {
      const plain = code.length > 0 ? undefined : specialContent(source.slice(contentStart, position));
      const special: Mark | undefined =
        plain && opens !== undefined && (language === 'python' || ecmaScript.has(language)) ? { ...plain, isTemplate: true } : plain;
      return { contentStart, contentEnd: position, end: position + mark.length, code, ...(special === undefined ? {} : { special }) };
    }
    if (opens !== undefined && source.startsWith(opens, position)) {
      if (opens === '{' && source[position + 1] === '{') {
        position += 2;
        continue;
      }
      const start = position + opens.length;
      const end = closingOf(source, start, to, closes);
      if (end === undefined) return undefined;
      code.push({ start, end });
      position = end + 1;
      continue;
    }
    position += escapes && source[position] === '\\' ? 2 : 1;
  }
  return undefined;
};

/** Where the bracket that was opened before `from` is closed. */
const closingOf = (source: string, from: number, to: number, closes: string): number | undefined => {
  const opens = closes === ')' ? '(' : '{';
  let depth = 1;
  for (let at = from; at < to; at += 1) {
    if (source[at] === opens) depth += 1;
    else if (source[at] === closes) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return undefined;
};

const readRegex = (source: string, at: number, to: number, before: string): Quoted | undefined => {
  if (before !== '' && !'(,=:[!&|?{};+'.includes(before)) return undefined;
  let inClass = false;
  for (let position = at + 1; position < to; position += 1) {
    const char = source[position];
    if (char === '\n') return undefined;
    if (char === '\\') position += 1;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) {
      const special = specialContent(source.slice(at + 1, position));
      return { contentStart: at + 1, contentEnd: position, end: position + 1, code: [], ...(special === undefined ? {} : { special }) };
    }
  }
  return undefined;
};

type StringMark = Mark & { readonly kind: 'any_string' | 'string_metavariable' | 'string_regex' };

const specialContent = (content: string): StringMark | undefined => {
  if (content === '...') return { kind: 'any_string' };
  if (/^\$[A-Z_][A-Z_0-9]*$/.test(content)) return { kind: 'string_metavariable', name: content };
  const regex = /^=~\/(.*)\/([im]?)$/s.exec(content);
  if (regex === null) return undefined;
  return { kind: 'string_regex', source: regex[2] ? `(?${regex[2]})${regex[1] ?? ''}` : (regex[1] ?? '') };
};
