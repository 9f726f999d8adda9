import { describe, expect, it } from 'vitest';
import { rewriteTypeAfter, rewriteTypeBefore, rewriteTypeOfArgument } from './typed-metavariables.ts';

const typed = (name: string, type: string): string => `<${name}|${type}>`;

describe('typed metavariables', () => {
  it.each([
    ['(String $X)', '<$X|String>'],
    ['f((a.b.C<D> $X), ($T $Y))', 'f(<$X|a.b.C<D>>, <$Y|$T>)'],
    ['(byte[] $X).length', '<$X|byte[]>.length'],
    ['(char *$X)', '<$X|char *>'],
    ['return (int $X);', 'return <$X|int>;'],
    // Parameters, casts, arguments.
    ['void f(String $X) { }', 'void f(String $X) { }'],
    ['catch (Error $X) { }', 'catch (Error $X) { }'],
    ['(String $X) -> $X', '(String $X) -> $X'],
    ['(String) $X', '(String) $X'],
    ['(new $X)', '(new $X)'],
  ])('the type before: %s', (pattern, expected) => {
    expect(rewriteTypeBefore(pattern, typed)).toBe(expected);
  });
  it.each([
    ['($X : *sql.DB).Query(...)', '<$X|*sql.DB>.Query(...)'],
    ['f(($X: string), 1)', 'f(<$X|string>, 1)'],
    ['function f($X: string) { }', 'function f($X: string) { }'],
    ['($X: string) => $X', '($X: string) => $X'],
  ])('the type after: %s', (pattern, expected) => {
    expect(rewriteTypeAfter(pattern, typed)).toBe(expected);
  });
  it.each([
    ['f($X: int)', 'f(<$X|int>)'],
    ['f(1, $X: a.B, ...)', 'f(1, <$X|a.B>, ...)'],
    ['($X: list[int]).pop()', '(<$X|list[int]>).pop()'],
    ['def f($X: int, g=h($Y)): ...', 'def f($X: int, g=h($Y)): ...'],
    ['{$X: y, "a": z}', '{$X: y, "a": z}'],
    ['f(a[$X: b])', 'f(a[$X: b])'],
  ])('the type of an argument: %s', (pattern, expected) => {
    expect(rewriteTypeOfArgument(pattern, typed)).toBe(expected);
  });
});
