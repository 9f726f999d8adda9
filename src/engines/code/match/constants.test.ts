import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openParser } from '../../../../test/support/syntax-outline.ts';
import type { Language } from '../syntax/language.ts';
import { javascript } from '../syntax/languages/javascript.ts';
import { python } from '../syntax/languages/python.ts';
import { shapeCode } from '../syntax/shape.ts';
import { textOf } from '../syntax/tree.ts';
import { createTreeFacts } from './tree-facts.ts';

const parsers = new Map<Language, Awaited<ReturnType<typeof openParser>>>();
beforeAll(async () => {
  for (const language of [python, javascript]) parsers.set(language, await openParser(language));
});
afterAll(() => {
  for (const { close } of parsers.values()) close();
});

/** Strings with a value in them that are known all the same. */
const knownStrings = (language: Language, source: string): readonly string[] => {
  const tree = parsers.get(language)?.parse(source);
  if (tree === undefined) throw new Error(`no parser for ${language.id}`);
  const facts = createTreeFacts(tree, language);
  return facts
    .rowsOfShape(shapeCode.string)
    .filter((row) => language.stringContent(tree, row)?.isInterpolated === true && facts.constants().valueOf(row) !== undefined)
    .map((row) => textOf(tree, row));
};

describe('strings with values in them', () => {
  it('are constant when every value is', () => {
    const source = 'const A = "a";\nconst f = (b) => [`x ${A}`, `${A}${A} y`, `x ${b}`, `${A} ${b}`, `${A + b}`];';
    expect(knownStrings(javascript, source)).toEqual(['`x ${A}`', '`${A}${A} y`']);
  });
  it('are so in Python, too', () => {
    const source = 'A = "a"\ndef f(b):\n    return [f"x {A}", f"{A!r:>3} y", f"x {b}"]\n';
    expect(knownStrings(python, source)).toEqual(['f"x {A}"', 'f"{A!r:>3} y"']);
  });
});
