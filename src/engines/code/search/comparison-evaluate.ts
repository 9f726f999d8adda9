import type { Comparison, ComparisonFunction, ComparisonValue } from './comparison-parse.ts';
import type { Expressions } from './expressions.ts';

/** What a comparison may ask about a metavariable. */
export interface ComparisonScope {
  /** Undefined where the value is not known or the metavariable not bound. */
  readonly valueOf: (metavariable: string) => ComparisonValue | undefined;
  /** As written; undefined where it is not bound. */
  readonly textOf: (metavariable: string) => string | undefined;
  readonly expressions: Expressions;
  readonly onExhausted: () => void;
}

type Value = ComparisonValue | undefined;

const boolean = (value: boolean): ComparisonValue => ({ kind: 'boolean', value });
const int = (value: number): ComparisonValue => ({ kind: 'int', value });
const isNumber = (value: ComparisonValue): value is ComparisonValue & { readonly kind: 'int' | 'float' } =>
  value.kind === 'int' || value.kind === 'float';

const isEqual = (left: ComparisonValue, right: ComparisonValue): boolean => {
  if (left.kind === 'list' && right.kind === 'list')
    return left.value.length === right.value.length && left.value.every((item, index) => isEqualTo(item, right.value[index]));
  return (left.kind === right.kind || (isNumber(left) && isNumber(right))) && left.value === right.value;
};
const isEqualTo = (left: ComparisonValue, right: Value): boolean => right !== undefined && isEqual(left, right);

const holds = (operator: string, left: ComparisonValue, right: ComparisonValue): boolean | undefined => {
  switch (operator) {
    case '==':
    case 'is':
      return isEqual(left, right);
    case '!=':
    case 'is not':
      return !isEqual(left, right);
    case 'in':
    case 'not in': {
      if (right.kind === 'list') return right.value.some((item) => isEqual(left, item)) === (operator === 'in');
      if (right.kind !== 'string' || left.kind !== 'string') return undefined;
      return right.value.includes(left.value) === (operator === 'in');
    }
    default:
      break;
  }
  // Only numbers have an order.
  if (!isNumber(left) || !isNumber(right)) return undefined;
  switch (operator) {
    case '<':
      return left.value < right.value;
    case '<=':
      return left.value <= right.value;
    case '>':
      return left.value > right.value;
    default:
      return left.value >= right.value;
  }
};

const bits = (operator: string, left: number, right: number): number | undefined => {
  if (
    !Number.isSafeInteger(left) ||
    !Number.isSafeInteger(right) ||
    ((operator === '<<' || operator === '>>') && (right < 0 || right > 63))
  )
    return undefined;
  const [a, b] = [BigInt(left), BigInt(right)];
  switch (operator) {
    case '&':
      return Number(a & b);
    case '|':
      return Number(a | b);
    case '^':
      return Number(a ^ b);
    case '<<':
      return Number(a << b);
    default:
      return Number(a >> b);
  }
};

/** Integers stay integers: division cuts off, as Semgrep's does. */
const arithmetic = (operator: string, left: ComparisonValue, right: ComparisonValue): Value => {
  if (!isNumber(left) || !isNumber(right)) return undefined;
  const isInt = left.kind === 'int' && right.kind === 'int';
  const made = (value: number | undefined): Value =>
    value === undefined || !Number.isFinite(value) ? undefined : isInt ? int(Math.trunc(value)) : { kind: 'float', value };
  switch (operator) {
    case '+':
      return made(left.value + right.value);
    case '-':
      return made(left.value - right.value);
    case '*':
      return made(left.value * right.value);
    case '/':
      return made(left.value / right.value);
    case '//':
      return made(Math.floor(left.value / right.value));
    case '%':
      return made(left.value % right.value);
    case '**':
      return made(left.value ** right.value);
    default:
      return isInt ? made(bits(operator, left.value, right.value)) : undefined;
  }
};

/** A whole number in any of the usual bases. */
const parseInteger = (text: string): Value => {
  const plain = text.trim().replaceAll('_', '');
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|\d+)$/.exec(plain);
  if (match === null) return undefined;
  const digits = /^0[0-7]+$/.test(match[2] ?? '') ? `0o${match[2]}` : (match[2] ?? '');
  return int((match[1] === '-' ? -1 : 1) * Number(digits));
};

const textOfValue = (value: ComparisonValue): string | undefined => {
  if (value.kind === 'list') return undefined;
  return value.kind === 'boolean' ? (value.value ? 'True' : 'False') : String(value.value);
};

/** Seconds since 1970 at the start of a day written as year-month-day. */
const dayOf = (text: string): Value => {
  const match = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})/.exec(text);
  if (match === null) return undefined;
  return { kind: 'float', value: Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) / 1000 };
};

const call = (callee: ComparisonFunction, items: readonly Comparison[], scope: ComparisonScope): Value => {
  const [first, second] = items;
  if (callee === 'today') return { kind: 'float', value: Math.floor(scope.expressions.now() / 1000) };
  if (first === undefined) return undefined;
  const value = valueOf(first, scope);
  switch (callee) {
    case 'int':
      if (value?.kind === 'int') return value;
      return value?.kind === 'string' ? parseInteger(value.value) : undefined;
    case 'str': {
      const text = value === undefined ? undefined : textOfValue(value);
      const written = text ?? (first.type === 'metavariable' ? scope.textOf(first.name) : undefined);
      return written === undefined ? undefined : { kind: 'string', value: written };
    }
    case 'strptime':
      return value?.kind === 'string' ? dayOf(value.value) : undefined;
    case 're.match': {
      const text = second === undefined ? undefined : valueOf(second, scope);
      if (value?.kind !== 'string' || text?.kind !== 'string') return undefined;
      const regex = scope.expressions.regexOf(value.value, 'match');
      return regex === undefined ? undefined : boolean(regex.testStart(text.value, scope.onExhausted));
    }
  }
};

const binary = (operator: string, left: Value, right: Value): Value => {
  if (left === undefined || right === undefined) return undefined;
  if (operator !== 'and' && operator !== 'or') return arithmetic(operator, left, right);
  if (left.kind !== 'boolean' || right.kind !== 'boolean') return undefined;
  return boolean(operator === 'and' ? left.value && right.value : left.value || right.value);
};

const unary = (operator: string, item: Value): Value => {
  if (operator === 'not') return item?.kind === 'boolean' ? boolean(!item.value) : undefined;
  if (item === undefined || !isNumber(item)) return undefined;
  if (operator === '~') return item.kind === 'int' ? int(-item.value - 1) : undefined;
  return operator === '-' ? { ...item, value: -item.value } : item;
};

const valueOf = (expression: Comparison, scope: ComparisonScope): Value => {
  switch (expression.type) {
    case 'value':
      return expression.value;
    case 'metavariable':
      return scope.valueOf(expression.name);
    case 'list': {
      const items = expression.items.map((item) => valueOf(item, scope));
      return items.every((item) => item !== undefined) ? { kind: 'list', value: items } : undefined;
    }
    case 'call':
      return call(expression.callee, expression.items, scope);
    case 'unary':
      return unary(expression.operator, valueOf(expression.item, scope));
    case 'binary':
      return binary(expression.operator, valueOf(expression.left, scope), valueOf(expression.right, scope));
    case 'chain': {
      let left = valueOf(expression.first, scope);
      let isTrue = true;
      for (const { operator, item } of expression.rest) {
        const right = valueOf(item, scope);
        const pair = left === undefined || right === undefined ? undefined : holds(operator, left, right);
        if (pair === undefined) return undefined;
        isTrue &&= pair;
        left = right;
      }
      return boolean(isTrue);
    }
  }
};

/**
 * True when the comparison surely holds. A value that is not known anywhere in it makes it false, also behind `not` and beside an `or`
 * that is true already: Semgrep gives up on the whole expression, too.
 */
export const comparisonHolds = (comparison: Comparison, scope: ComparisonScope): boolean => {
  const value = valueOf(comparison, scope);
  return value?.kind === 'boolean' && value.value;
};
