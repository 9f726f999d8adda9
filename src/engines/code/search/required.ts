/** A text a file must hold. */
export interface RequiredText {
  readonly text: string;
  /** Looked up without regard to case; `text` is in lower case then. */
  readonly ignoreCase: boolean;
}

/** All of the clauses, any text of each. Nothing is known when there is no clause. */
export type Requirement = readonly (readonly RequiredText[])[];

export const unknownRequirement: Requirement = [];

const maxClauses = 12;
const maxTexts = 160;

const keyOf = (clause: readonly RequiredText[]): string => clause.map((one) => `${one.ignoreCase ? 'i' : 'e'}${one.text}`).join('\n');

export const allOf = (requirements: readonly Requirement[]): Requirement => {
  const clauses = new Map<string, readonly RequiredText[]>();
  for (const requirement of requirements) for (const clause of requirement) clauses.set(keyOf(clause), clause);
  return [...clauses.values()].sort((left, right) => weightOf(right) - weightOf(left)).slice(0, maxClauses);
};

/** How much a clause tells: long texts are rare, and few of them are rarer. */
const weightOf = (clause: readonly RequiredText[]): number =>
  Math.min(...clause.map((one) => one.text.length)) - Math.log2(Math.max(1, clause.length));

/** What any of them needs: of each the clause that tells most, together. A weaker claim than theirs, never a stronger one. */
export const anyOf = (requirements: readonly Requirement[]): Requirement => {
  const only = requirements.length === 1 ? requirements[0] : undefined;
  if (only !== undefined) return only;
  const texts = new Map<string, RequiredText>();
  for (const requirement of requirements) {
    const [first, ...rest] = requirement;
    if (first === undefined) return unknownRequirement;
    const best = rest.reduce((left, right) => (weightOf(right) > weightOf(left) ? right : left), first);
    for (const one of best) texts.set(keyOf([one]), one);
  }
  return texts.size === 0 || texts.size > maxTexts ? unknownRequirement : [[...texts.values()]];
};
