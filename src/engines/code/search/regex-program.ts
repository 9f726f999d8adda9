import type { CodePointSet } from '../../../lib/code-point-set.ts';
import type { PcreAssertion, PcreNode } from './pcre-syntax.ts';

/** Steps of a backtracking matcher that counts what it does. Jumps are indices of instructions. */
export type Instruction =
  | { readonly op: 'set'; readonly set: CodePointSet; readonly ascii: Uint8Array }
  | { readonly op: 'assert'; readonly kind: PcreAssertion }
  /**
   * Goes on at `preferred`, and at `otherwise` if that fails. `branch` numbers these instructions; `turns` are the slots of the repeats
   * around it that may match nothing.
   */
  | { readonly op: 'branch'; readonly branch: number; readonly turns: readonly number[]; preferred: number; otherwise: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'save'; readonly slot: number }
  /** Fails where nothing was matched since the slot was saved: a repeat around it would not end. */
  | { readonly op: 'progress'; readonly slot: number }
  | { readonly op: 'backreference'; readonly group: number; readonly fold: boolean }
  | {
      readonly op: 'sub';
      readonly kind: 'atomic' | 'ahead' | 'behind';
      readonly negated: boolean;
      readonly start: number;
      readonly lengths: Lengths;
      after: number;
    }
  | { readonly op: 'match' };

export interface Lengths {
  readonly min: number;
  readonly max: number;
}

export interface RegexProgram {
  readonly instructions: readonly Instruction[];
  readonly branchCount: number;
  readonly groupCount: number;
  readonly slotCount: number;
  /** Where it can be told from place and instruction alone what follows: no references to groups. */
  readonly isRegular: boolean;
}

type Branch = Instruction & { readonly op: 'branch' };

const maxInstructions = 60_000;

const lengthsOf = (node: PcreNode): Lengths => {
  switch (node.type) {
    case 'empty':
    case 'assert':
    case 'look':
      return { min: 0, max: 0 };
    case 'set':
      return { min: 1, max: 2 };
    case 'backreference':
      return { min: 0, max: Number.POSITIVE_INFINITY };
    case 'group':
    case 'atomic':
      return lengthsOf(node.item);
    case 'repeat': {
      const { min, max } = lengthsOf(node.item);
      return { min: min * node.min, max: max === 0 || node.max === 0 ? 0 : max * node.max };
    }
    case 'sequence': {
      const all = node.items.map(lengthsOf);
      return { min: all.reduce((sum, one) => sum + one.min, 0), max: all.reduce((sum, one) => sum + one.max, 0) };
    }
    case 'choice': {
      const all = node.items.map(lengthsOf);
      return { min: Math.min(...all.map((one) => one.min)), max: Math.max(...all.map((one) => one.max)) };
    }
  }
};

const asciiMembers = (set: CodePointSet): Uint8Array => {
  const members = new Uint8Array(128);
  for (let index = 0; index < set.length; index += 2)
    for (let point = set[index] ?? 0; point <= Math.min(set[index + 1] ?? 0, 127); point += 1) members[point] = 1;
  return members;
};

/** Undefined when counted repeats make it too large. */
export const compileProgram = (root: PcreNode, groupCount: number): RegexProgram | undefined => {
  const instructions: Instruction[] = [];
  let branchCount = 0;
  let slotCount = 2 * (groupCount + 1);
  let isRegular = true;
  const turns: number[] = [];

  const add = <T extends Instruction>(instruction: T): T => {
    if (instructions.length >= maxInstructions) throw new RangeError('too many instructions');
    instructions.push(instruction);
    return instruction;
  };
  const branch = (): Branch => add({ op: 'branch', branch: branchCount++, turns: [...turns], preferred: 0, otherwise: 0 });
  const here = (): number => instructions.length;

  /** One turn of a repeat beyond those it must make. As in JavaScript it fails where it matches nothing. */
  const turn = (item: PcreNode): void => {
    if (lengthsOf(item).min > 0) {
      emit(item);
      return;
    }
    const slot = slotCount;
    slotCount += 1;
    add({ op: 'save', slot });
    turns.push(slot);
    emit(item);
    turns.pop();
    add({ op: 'progress', slot });
  };

  /** Where a lazy branch goes on is what a greedy one keeps for later. */
  const enter = (choice: Branch, lazy: boolean): void => {
    if (lazy) choice.otherwise = here();
    else choice.preferred = here();
  };
  const leave = (choice: Branch, lazy: boolean): void => enter(choice, !lazy);

  /** `x{0,3}` as `(?:x(?:x(?:x)?)?)?`, without nesting: whoever stops leaves them all. */
  const optional = (item: PcreNode, count: number, lazy: boolean): void => {
    const choices = Array.from({ length: count }, () => {
      const choice = branch();
      enter(choice, lazy);
      turn(item);
      return choice;
    });
    for (const choice of choices) leave(choice, lazy);
  };

  const loop = (item: PcreNode, lazy: boolean): void => {
    const top = here();
    const choice = branch();
    enter(choice, lazy);
    turn(item);
    add({ op: 'jump', to: top });
    leave(choice, lazy);
  };

  const emit = (node: PcreNode): void => {
    switch (node.type) {
      case 'empty':
        return;
      case 'set':
        add({ op: 'set', set: node.set, ascii: asciiMembers(node.set) });
        return;
      case 'assert':
        add({ op: 'assert', kind: node.kind });
        return;
      case 'sequence':
        node.items.forEach(emit);
        return;
      case 'choice': {
        const ends: { to: number }[] = [];
        node.items.forEach((item, index) => {
          if (index === node.items.length - 1) {
            emit(item);
            return;
          }
          const choice = branch();
          choice.preferred = here();
          emit(item);
          ends.push(add({ op: 'jump', to: 0 }));
          choice.otherwise = here();
        });
        for (const end of ends) end.to = here();
        return;
      }
      case 'repeat': {
        for (let count = 0; count < node.min; count += 1) emit(node.item);
        if (node.max === Number.POSITIVE_INFINITY) loop(node.item, node.lazy);
        else optional(node.item, node.max - node.min, node.lazy);
        return;
      }
      case 'group':
        add({ op: 'save', slot: 2 * node.index });
        emit(node.item);
        add({ op: 'save', slot: 2 * node.index + 1 });
        return;
      case 'backreference':
        isRegular = false;
        add({ op: 'backreference', group: node.index, fold: node.fold });
        return;
      case 'atomic':
      case 'look': {
        const kind = node.type === 'atomic' ? 'atomic' : node.behind ? 'behind' : 'ahead';
        const negated = node.type === 'look' && node.negated;
        const sub = add({ op: 'sub', kind, negated, start: here() + 1, lengths: lengthsOf(node.item), after: 0 });
        emit(node.item);
        add({ op: 'match' });
        sub.after = here();
        return;
      }
    }
  };

  try {
    emit(root);
    add({ op: 'match' });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return { instructions, branchCount, groupCount, slotCount, isRegular };
};
