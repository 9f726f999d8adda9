/** Ways languages write a metavariable with a type in a pattern; see `Language.rewritePattern`. */

type Typed = (metavariable: string, type: string) => string;

/** A bracket after a name belongs to a call or a definition, one before an arrow to a function. */
const isParameterList = (pattern: string, start: number, end: number): boolean =>
  /[\w$>\]]\s*$/.test(pattern.slice(Math.max(0, start - 200), start).replace(/\b(?:return|throw|await|yield|in|case|else)\s*$/, '')) ||
  /^\s*(?:->|=>|\{)/.test(pattern.slice(end, end + 200));

const replaceTyped = (pattern: string, shape: RegExp, put: (match: RegExpExecArray) => string): string => {
  let rewritten = '';
  let from = 0;
  for (let match = shape.exec(pattern); match !== null; match = shape.exec(pattern)) {
    if (isParameterList(pattern, match.index, shape.lastIndex)) {
      shape.lastIndex = match.index + 1;
      continue;
    }
    rewritten += pattern.slice(from, match.index) + put(match);
    from = shape.lastIndex;
  }
  return rewritten + pattern.slice(from);
};

/** `($X: T)` */
export const rewriteTypeAfter = (pattern: string, typed: Typed): string =>
  replaceTyped(pattern, /\(\s*(\$[A-Z_][A-Z_0-9]*)\s*:\s*([^()'"`;{}]+(?:\([^()]*\))?)\s*\)/g, (match) =>
    typed(match[1] ?? '', (match[2] ?? '').trim()),
  );

/** `(T $X)` */
export const rewriteTypeBefore = (pattern: string, typed: Typed): string =>
  replaceTyped(pattern, /\(\s*([A-Za-z_$][\w$.:]*(?:<[^()'";{}]*>)?(?:\s*\[\s*\])*[\s*&?]+)(\$[A-Z_][A-Z_0-9]*)\s*\)/g, (match) =>
    /^(?:new|return|throw|await|in|not|case|delete|typeof)\s/.test(match[1] ?? '')
      ? match[0]
      : typed(match[2] ?? '', (match[1] ?? '').trim()),
  );

/** `f($X: T)`, `($X: T)` in a language where only `def` declares parameters in brackets. */
export const rewriteTypeOfArgument = (pattern: string, typed: Typed): string =>
  pattern.replaceAll(
    /(\$[A-Z_][A-Z_0-9]*)\s*:\s*([\w.]+(?:\[[\w., ]*\])?)(?=\s*[,)])/g,
    (written, metavariable: string, type: string, at: number) => {
      let depth = 0;
      let opener = at - 1;
      while (opener >= 0 && (depth > 0 || !'([{'.includes(pattern[opener] ?? ''))) {
        if (')]}'.includes(pattern[opener] ?? '')) depth += 1;
        else if ('([{'.includes(pattern[opener] ?? '')) depth -= 1;
        opener -= 1;
      }
      const isArgument = pattern[opener] === '(' && !/\bdef\s+[\w$]+\s*(?:\[[^\]]*\]\s*)?$/.test(pattern.slice(0, opener));
      return isArgument ? typed(metavariable, type) : written;
    },
  );
