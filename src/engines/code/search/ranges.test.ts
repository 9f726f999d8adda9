import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bindings } from '../match/match.ts';
import { distinctRanges, intersectRanges, type Range, subtractRanges } from './ranges.ts';
import { unify } from './unify.ts';

const bindings = (texts: Readonly<Record<string, string>>): Bindings =>
  new Map(Object.entries(texts).map(([name, text]) => [name, { start: 0, end: text.length, text }]));

const never = (): void => {
  throw new Error('gave up');
};

const anyBindings = fc.dictionary(fc.constantFrom('$X', '$Y', '$Z'), fc.constantFrom('a', 'b')).map(bindings);
const anyRange: fc.Arbitrary<Range> = fc
  .record({ start: fc.nat(8), length: fc.nat(6), bindings: anyBindings, kind: fc.constantFrom('pattern', 'inside', 'regex') })
  .map(({ start, length, ...rest }) => ({ start, end: start + length, ...rest }));
const anyRanges = fc.array(anyRange, { maxLength: 8 }).map((ranges) => distinctRanges(ranges));

const shown = (ranges: readonly Range[]): string[] =>
  ranges
    .map(
      ({ start, end, kind, bindings: bound }) =>
        `${start}-${end} ${kind} ${[...bound]
          .map(([name, { text }]) => `${name}=${text}`)
          .sort()
          .join()}`,
    )
    .sort();

const texts = (bound: Bindings | undefined): Record<string, string> | undefined =>
  bound === undefined ? undefined : Object.fromEntries([...bound].map(([name, { text }]) => [name, text]));

describe('unification', () => {
  it('says the same whichever side comes first', () => {
    fc.assert(
      fc.property(anyBindings, anyBindings, (left, right) => {
        expect(texts(unify(left, right))).toEqual(texts(unify(right, left)));
      }),
    );
  });

  it('takes all or nothing, in any grouping', () => {
    fc.assert(
      fc.property(anyBindings, anyBindings, anyBindings, (first, second, third) => {
        const left = unify(first, second);
        const right = unify(second, third);
        expect(texts(left && unify(left, third))).toEqual(texts(right && unify(first, right)));
      }),
    );
  });

  it('does not compare captures of different expressions', () => {
    expect(texts(unify(bindings({ $1: 'a' }), bindings({ $1: 'b' })))).toEqual({ $1: 'a' });
  });
});

describe('ranges', () => {
  it('intersects the same way from both sides', () => {
    fc.assert(
      fc.property(anyRanges, anyRanges, (left, right) => {
        expect(shown(intersectRanges(left, right, never))).toEqual(shown(intersectRanges(right, left, never)));
      }),
    );
  });

  it('finds the pairs a search through all of them finds', () => {
    const slowly = (left: readonly Range[], right: readonly Range[]): Range[] => {
      const within = (inner: Range, outer: Range): Range[] => {
        if (inner.start < outer.start || inner.end > outer.end || (inner.kind === 'inside' && outer.kind !== 'inside')) return [];
        const bound = unify(inner.bindings, outer.bindings);
        return bound === undefined ? [] : [{ ...inner, bindings: bound }];
      };
      return distinctRanges(left.flatMap((one) => right.flatMap((other) => [...within(one, other), ...within(other, one)])));
    };
    fc.assert(
      fc.property(anyRanges, anyRanges, (left, right) => {
        expect(shown(intersectRanges(left, right, never))).toEqual(shown(slowly(left, right)));
      }),
    );
  });

  it('takes away by the kind of the negative', () => {
    const range: Range = { start: 4, end: 8, bindings: new Map(), kind: 'pattern' };
    const left = (start: number, end: number, kind: Range['kind']): number =>
      subtractRanges([range], [{ start, end, kind, bindings: new Map() }], never).length;
    expect({
      pattern: [left(4, 8, 'pattern'), left(3, 9, 'pattern'), left(5, 6, 'pattern')],
      inside: [left(4, 8, 'inside'), left(3, 9, 'inside'), left(5, 6, 'inside')],
      regex: [left(3, 9, 'regex'), left(5, 6, 'regex'), left(6, 9, 'regex')],
    }).toEqual({ pattern: [0, 1, 1], inside: [0, 0, 1], regex: [0, 0, 1] });
  });

  it('gives up on products that are too large, and says so', () => {
    const nested = Array.from(
      { length: 5_000 },
      (_, index): Range => ({ start: index, end: 20_000 - index, bindings: new Map(), kind: 'pattern' }),
    );
    let isExhausted = false;
    const both = intersectRanges(nested, nested, () => {
      isExhausted = true;
    });
    expect(isExhausted).toBe(true);
    expect(both.length).toBeGreaterThan(0);
  });
});
