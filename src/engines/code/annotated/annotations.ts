/** What a comment of a test file says of a line: the rule finds something that begins there, or does not; `todo`: it should, one day. */
export type AnnotationKind = 'ruleid' | 'ok' | 'todoruleid' | 'todook';

export interface Annotation {
  readonly kind: AnnotationKind;
  readonly ruleIds: readonly string[];
  /** 1-based line of the comment. */
  readonly line: number;
  /** 1-based line it speaks of: the next one that is no annotation itself, so that several may stand above one line. */
  readonly target: number;
}

export interface Annotations {
  readonly annotations: readonly Annotation[];
  /** Lines that begin like an annotation and name no rule: a slip would otherwise prove less than it seems to. */
  readonly malformed: readonly { readonly line: number; readonly text: string }[];
}

/**
 * What opens a comment, in whatever language the test file is: the comment must be all that the line holds, as for Semgrep, which
 * knows `#`, `//`, `/*`, `<!--` and `(*`.
 */
const opener = String.raw`(?:#+|\/\/+|\{?\/\*+|\{\{-?\s*\/\*|<!--+|\(\*+|--+|;+|%+|\{#-?|<%#|<%--|\*|'|(?:@?[Rr][Ee][Mm]|dnl)\s)`;
const annotationLine = new RegExp(String.raw`^\s*${opener}\s*((?:todo)?(?:ruleid|ok))\s*:(.*)$`);

/** `ruleid: deepok: x` says what Semgrep's other engines find; the first word is what one file alone gives. */
const otherEngine = /^\s*(?:deep|pro)(?:todo)?(?:ruleid|ok)\s*:/;

const closer = /\s*(?:\*+\/\s*(?:-?\}\})?\}?|--+>|\*+\)|-?#\}|--%>|%>)\s*$/;
const ruleId = /^[\w.-]+$/;

const kinds: Readonly<Record<string, AnnotationKind>> = { ruleid: 'ruleid', ok: 'ok', todoruleid: 'todoruleid', todook: 'todook' };

const idsOf = (rest: string): readonly string[] | undefined => {
  const ids = rest
    .replace(otherEngine, '')
    .replace(closer, '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  return ids.length > 0 && ids.every((id) => ruleId.test(id)) ? ids : undefined;
};

/** Longer lines are data: no annotation is looked for in them. */
const longestLine = 2_000;

export const readAnnotations = (text: string): Annotations => {
  const lines = text.split('\n');
  const found = lines.map((line) => (line.length > longestLine ? null : annotationLine.exec(line.trimEnd())));
  const annotations: Annotation[] = [];
  const malformed: { line: number; text: string }[] = [];
  let target = lines.length + 1;
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const [, word = '', rest = ''] = found[at] ?? [];
    const kind = kinds[word];
    const ids = kind === undefined ? undefined : idsOf(rest);
    if (kind === undefined) target = at + 1;
    else if (ids === undefined) malformed.push({ line: at + 1, text: (lines[at] ?? '').trim() });
    else annotations.push({ kind, ruleIds: ids, line: at + 1, target });
  }
  return { annotations: annotations.toReversed(), malformed: malformed.toReversed() };
};
