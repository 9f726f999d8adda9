import type { CodePointSet } from '../../../lib/code-point-set.ts';
import type { PcreNode } from './pcre-syntax.ts';
import { allOf, anyOf, type Requirement, unknownRequirement } from './required.ts';

/** Strings a node matches, each one of them and no others; undefined when there are too many to write down. */
type Exact = readonly string[] | undefined;

const maxStrings = 24;
const maxLength = 80;
/** A single character is in nearly every file, unless it is an unusual one. */
const isTelling = (text: string): boolean => text.length > 1 || text > '\x7f';

/** Members of a small set; upper and lower case of one letter count once, in lower case: requirements are looked up without case. */
const membersOf = (set: CodePointSet): string[] | undefined => {
  const members = new Set<string>();
  for (let index = 0; index < set.length; index += 2) {
    const low = set[index] ?? 0;
    const high = set[index + 1] ?? 0;
    if (high - low > maxStrings) return undefined;
    for (let point = low; point <= high; point += 1) {
      const character = String.fromCodePoint(point);
      // Beyond ASCII the lower case of a letter depends on what stands around it.
      if (point > 0x7f && (character.toLowerCase() !== character || character.toUpperCase() !== character)) return undefined;
      members.add(character.toLowerCase());
    }
  }
  return members.size <= 4 ? [...members] : undefined;
};

const product = (left: readonly string[], right: readonly string[]): Exact => {
  if (left.length * right.length > maxStrings) return undefined;
  const joined = left.flatMap((head) => right.map((tail) => head + tail));
  return joined.every((text) => text.length <= maxLength) ? joined : undefined;
};

interface Facts {
  readonly exact: Exact;
  /** What the text must hold, whatever the exact strings are. */
  readonly required: Requirement;
}

const nothing: Facts = { exact: [''], required: unknownRequirement };
const anything: Facts = { exact: undefined, required: unknownRequirement };

const requirementOf = (exact: Exact): Requirement =>
  exact === undefined || exact.length === 0 || !exact.every(isTelling)
    ? unknownRequirement
    : [exact.map((text) => ({ text, ignoreCase: true }))];

const sequenceFacts = (items: readonly PcreNode[]): Facts => {
  const requirements: Requirement[] = [];
  let run: readonly string[] = [''];
  let isWhole = true;
  for (const item of items) {
    const facts = factsOf(item);
    requirements.push(facts.required);
    const longer = facts.exact === undefined ? undefined : product(run, facts.exact);
    if (longer !== undefined) {
      run = longer;
      continue;
    }
    isWhole = false;
    requirements.push(requirementOf(run));
    run = facts.exact ?? [''];
  }
  if (isWhole) return { exact: run, required: allOf(requirements) };
  return { exact: undefined, required: allOf([...requirements, requirementOf(run)]) };
};

const factsOf = (node: PcreNode): Facts => {
  switch (node.type) {
    case 'empty':
    case 'assert':
      return nothing;
    case 'look':
      return node.negated ? nothing : { exact: [''], required: wholeOf(factsOf(node.item)) };
    case 'backreference':
      return anything;
    case 'set': {
      const members = membersOf(node.set);
      return { exact: members, required: unknownRequirement };
    }
    case 'group':
    case 'atomic':
      return factsOf(node.item);
    case 'repeat': {
      if (node.min === 0) return node.max === 1 ? optionalFacts(factsOf(node.item)) : anything;
      const inner = factsOf(node.item);
      if (node.min === 1 && node.max === 1) return inner;
      if (node.min === node.max && node.min <= 8) return sequenceFacts(Array.from({ length: node.min }, () => node.item));
      return { exact: undefined, required: wholeOf(inner) };
    }
    case 'sequence':
      return sequenceFacts(node.items);
    case 'choice': {
      const branches = node.items.map(factsOf);
      const exact = branches.every((branch) => branch.exact !== undefined) ? branches.flatMap((branch) => branch.exact ?? []) : undefined;
      return {
        exact: exact !== undefined && exact.length <= maxStrings ? exact : undefined,
        required: exact !== undefined && exact.length <= maxStrings ? unknownRequirement : anyOf(branches.map(wholeOf)),
      };
    }
  }
};

const optionalFacts = (inner: Facts): Facts => ({
  exact: inner.exact !== undefined && inner.exact.length < maxStrings ? [...inner.exact, ''] : undefined,
  required: unknownRequirement,
});

const wholeOf = (facts: Facts): Requirement => allOf([facts.required, requirementOf(facts.exact)]);

/** What a text must hold for the expression to match in it. */
export const requirementOfRegex = (node: PcreNode): Requirement => wholeOf(factsOf(node));
