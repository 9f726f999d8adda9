import { type CodePointSet } from '../../../lib/code-point-set.ts';
import type { PcreAssertion } from './pcre-syntax.ts';
import type { Instruction, RegexProgram } from './regex-program.ts';

/**
 * A backtracking matcher that cannot run away: it counts its steps, and remembers at which places which branch has failed already, which
 * makes most expressions that explode elsewhere linear. Its matches are those of PCRE2.
 */
export interface RegexMachine {
  /** Slots of the first match at or behind `from` (start and end of each group, -1 when unset), or undefined. */
  readonly search: (from: number) => Int32Array | undefined;
  /** A match that starts exactly there. */
  readonly matchAt: (start: number) => Int32Array | undefined;
}

/** Thrown when the steps are used up. */
export const outOfSteps = 'the expression takes too many steps';

/** Bits for what was tried already; beyond that only steps are counted. */
const maxMemoryBits = 1 << 27;

const holds = (set: CodePointSet, point: number): boolean => {
  let low = 0;
  let high = set.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (point < (set[2 * middle] as number)) high = middle - 1;
    else if (point > (set[2 * middle + 1] as number)) low = middle + 1;
    else return true;
  }
  return false;
};

const isWordUnit = (unit: number): boolean =>
  (unit >= 0x30 && unit <= 0x39) || unit === 0x5f || (unit < 0x80 && (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a);

const assertAt = (text: string, at: number, kind: PcreAssertion): boolean => {
  switch (kind) {
    case 'text-start':
      return at === 0;
    case 'text-end':
      return at === text.length;
    case 'last-line-end':
      return at === text.length || (at === text.length - 1 && text.charCodeAt(at) === 10);
    case 'line-start':
      return at === 0 || (text.charCodeAt(at - 1) === 10 && at < text.length);
    case 'line-end':
      return at === text.length || text.charCodeAt(at) === 10;
    case 'word-edge':
    case 'no-word-edge': {
      const before = at > 0 && isWordUnit(text.charCodeAt(at - 1));
      const after = at < text.length && isWordUnit(text.charCodeAt(at));
      return (before !== after) === (kind === 'word-edge');
    }
  }
};

export const createRegexMachine = (program: RegexProgram, text: string, steps: { left: number }): RegexMachine => {
  const { instructions, branchCount } = program;
  const memoryBits = branchCount * (text.length + 1);
  const tried = program.isRegular && memoryBits <= maxMemoryBits ? new Uint32Array((memoryBits >>> 5) + 1) : undefined;
  /** Words of `tried` that are not zero. */
  let touched: number[] = [];
  let slots = new Int32Array(program.slotCount).fill(-1);

  const wasTried = (branch: number, at: number): boolean => {
    if (tried === undefined) return false;
    const bit = branch * (text.length + 1) + at;
    const word = bit >>> 5;
    const old = tried[word] as number;
    const flag = 1 << (bit & 31);
    if ((old & flag) !== 0) return true;
    if (old === 0) touched.push(word);
    tried[word] = old | flag;
    return false;
  };

  /** Before a repeat has moved on, what follows depends on where it began: nothing to remember. */
  const hasMoved = (turns: readonly number[], at: number): boolean => {
    for (let index = 0; index < turns.length; index += 1) if ((slots[turns[index] as number] as number) >= at) return false;
    return true;
  };

  const forget = (): void => {
    if (tried !== undefined) for (const word of touched) tried[word] = 0;
    touched = [];
  };

  const sameAgain = (group: number, at: number, fold: boolean): number => {
    const start = slots[2 * group] as number;
    const end = slots[2 * group + 1] as number;
    if (start < 0 || end < 0) return -1;
    const wanted = text.slice(start, end);
    const found = text.slice(at, at + wanted.length);
    return found === wanted || (fold && found.toLowerCase() === wanted.toLowerCase()) ? at + wanted.length : -1;
  };

  /** Runs a bracketed part by itself; the end of its match, or -1. What it captured stays only when it is taken. */
  const runSub = (sub: Instruction & { readonly op: 'sub' }, at: number): number => {
    const before = slots.slice();
    let end = -1;
    if (sub.kind === 'behind') {
      for (let start = at - sub.lengths.min; end < 0 && start >= Math.max(0, at - sub.lengths.max); start -= 1)
        end = run(sub.start, start, at, false);
    } else end = run(sub.start, at, -1, false);
    if (sub.negated || end < 0) slots = before;
    if (sub.negated) return end < 0 ? at : -1;
    return end < 0 ? -1 : sub.kind === 'atomic' ? end : at;
  };

  /** The end of a match of the instructions from `first` on, or -1; `mustEnd` is -1 where any end will do. */
  const run = (first: number, start: number, mustEnd: number, isWhole: boolean): number => {
    /** Pairs: an instruction and a place to go back to, or -1 - slot and its old value. */
    const back: number[] = [];
    let pc = first;
    let at = start;
    const save = (slot: number, value: number): void => {
      back.push(-1 - slot, slots[slot] as number);
      slots[slot] = value;
    };
    for (;;) {
      steps.left -= 1;
      if (steps.left < 0) throw new RangeError(outOfSteps);
      const instruction = instructions[pc] as Instruction;
      let isAlive = true;
      switch (instruction.op) {
        case 'set': {
          const unit = at < text.length ? text.charCodeAt(at) : -1;
          if (unit >= 0 && unit < 128) isAlive = instruction.ascii[unit] === 1;
          else isAlive = unit >= 0 && holds(instruction.set, text.codePointAt(at) as number);
          if (isAlive) at += (unit & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00 ? 2 : 1;
          pc += 1;
          break;
        }
        case 'assert':
          isAlive = assertAt(text, at, instruction.kind);
          pc += 1;
          break;
        case 'branch':
          if (isWhole && hasMoved(instruction.turns, at) && wasTried(instruction.branch, at)) {
            isAlive = false;
            break;
          }
          back.push(instruction.otherwise, at);
          pc = instruction.preferred;
          break;
        case 'jump':
          pc = instruction.to;
          break;
        case 'save':
          save(instruction.slot, at);
          pc += 1;
          break;
        case 'progress':
          isAlive = (slots[instruction.slot] as number) < at;
          pc += 1;
          break;
        case 'backreference': {
          const end = sameAgain(instruction.group, at, instruction.fold);
          isAlive = end >= 0;
          at = end;
          pc += 1;
          break;
        }
        case 'sub': {
          const before = slots.slice();
          const end = runSub(instruction, at);
          isAlive = end >= 0;
          if (isAlive) {
            for (let slot = 0; slot < slots.length; slot += 1)
              if (slots[slot] !== before[slot]) back.push(-1 - slot, before[slot] as number);
            at = end;
          }
          pc = instruction.after;
          break;
        }
        case 'match':
          if (mustEnd < 0 || at === mustEnd) return at;
          isAlive = false;
          break;
      }
      while (!isAlive) {
        if (back.length === 0) return -1;
        const place = back.pop() as number;
        const target = back.pop() as number;
        if (target < 0) slots[-1 - target] = place;
        else {
          pc = target;
          at = place;
          isAlive = true;
        }
      }
    }
  };

  const matchAt = (start: number): Int32Array | undefined => {
    slots.fill(-1);
    const end = run(0, start, -1, true);
    if (end < 0) return undefined;
    slots[0] = start;
    slots[1] = end;
    forget();
    return slots.slice(0, 2 * (program.groupCount + 1));
  };

  return {
    matchAt,
    search: (from) => {
      for (let start = from; start <= text.length; start += 1) {
        const isInsidePair = start > 0 && (text.charCodeAt(start) & 0xfc00) === 0xdc00 && (text.charCodeAt(start - 1) & 0xfc00) === 0xd800;
        if (isInsidePair) continue;
        const match = matchAt(start);
        if (match !== undefined) return match;
      }
      return undefined;
    },
  };
};
