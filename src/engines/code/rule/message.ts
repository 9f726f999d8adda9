import type { Binding, Bindings } from '../match/match.ts';

/** A metavariable may stand for a whole file, and a message may name it often. UTF-16 code units. */
const maxMessageLength = 20_000;
/** A suggestion longer than this is none that a person would read. UTF-16 code units. */
export const maxFixLength = 65_536;

/** A string is shown as a literal, as Semgrep does: `value($X)` of `X = "a"` is `"a"`, and of a literal the literal as it is written. */
const constantText = ({ constant, text }: Binding): string => {
  if (constant === undefined || constant.kind === 'some_string') return text;
  if (constant.kind !== 'string') return String(constant.value);
  return /^["'`]/.test(text) ? text : `"${constant.value}"`;
};

/** Longer names are not looked up whole: a template of one endless name takes linear time. */
const maxNameLength = 200;

/** What may be a name: `$X`, `$...ARGS`, `$1`; groups of a regex have names in any case. */
const nameAt = /\$(?:(?:\.\.\.)?[A-Za-z_]\w*|\d+)/y;

/** The longest bound name that the one written starts with: `$XY` is the value of `$X` and a `Y` where only `$X` is bound. */
const longestBound = (written: string, bindings: Bindings): string | undefined => {
  for (let length = Math.min(written.length, maxNameLength); length >= 2; length -= 1) {
    const name = written.slice(0, length);
    if (bindings.has(name)) return name;
  }
  return undefined;
};

/** The text with everything put in, as far as `maxLength` goes. */
const fill = (template: string, bindings: Bindings, maxLength: number): { readonly text: string; readonly isWhole: boolean } => {
  const pieces: string[] = [];
  let length = 0;
  let done = 0;
  const put = (piece: string): void => {
    if (length < maxLength) pieces.push(piece.slice(0, maxLength - length));
    length += piece.length;
  };
  for (let at = template.indexOf('$'); at >= 0 && length <= maxLength; at = template.indexOf('$', Math.max(done, at + 1))) {
    nameAt.lastIndex = at;
    const written = nameAt.exec(template)?.[0];
    const name = written === undefined ? undefined : longestBound(written, bindings);
    const binding = name === undefined ? undefined : bindings.get(name);
    if (name === undefined || binding === undefined) continue;
    const end = at + name.length;
    const before = at - 'value('.length;
    const isValue = before >= done && template.startsWith('value(', before) && template[end] === ')';
    put(template.slice(done, isValue ? before : at));
    put(isValue ? constantText(binding) : binding.text);
    done = isValue ? end + 1 : end;
  }
  put(template.slice(done));
  return { text: pieces.join(''), isWhole: length <= maxLength };
};

/**
 * Puts what metavariables stand for into a message: `$X`, `$...ARGS`, `$1` as they are written in the file, `value($X)` with constants
 * resolved. What is not bound stays as it is, and what was put in is not looked at again. Long texts are cut.
 */
export const interpolate = (template: string, bindings: Bindings): string => {
  const { text, isWhole } = fill(template, bindings, maxMessageLength);
  return isWhole ? text : `${text}…`;
};

/** The same for code that is to take the place of other code: undefined when it is too long, for half of it would be worse than none. */
export const interpolateFix = (template: string, bindings: Bindings): string | undefined => {
  const { text, isWhole } = fill(template, bindings, maxFixLength);
  return isWhole ? text : undefined;
};
