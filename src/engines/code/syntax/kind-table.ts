import { AppError } from '../../../lib/errors.ts';
import type { KindSpec, Language, WrapSpec } from './language.ts';
import { type SlotName, shapeCode, slotCode, slotNames } from './shape.ts';

/** Instead of a slot: nothing is said about the child, or it is left out. */
export const slotUnsaid = 254;
export const slotDropped = 255;

/** What a grammar calls things: the part of web-tree-sitter's `Language` that is needed. */
export interface GrammarNames {
  readonly types: readonly string[];
  readonly fields: readonly (string | null)[];
  readonly isNamed: (kind: number) => boolean;
}

export interface Synthesis {
  readonly kind: number;
  readonly slot: number;
  readonly least: number;
  /** By field: slot in the node that is made. */
  readonly slotInside: Uint8Array;
  readonly isPart: Uint8Array;
  /** By kind, for children without a field. */
  readonly isPartOfKind: Uint8Array | undefined;
}

/** Another kind for nodes that have a child of `kinds`, or none of them. */
export interface Becoming {
  readonly kinds: Uint8Array;
  readonly wanted: boolean;
  readonly kind: number;
}

export interface Filling {
  readonly slot: number;
  readonly kind: number;
  /** Slot; 0: at the end. */
  readonly before: number;
}

export interface Wrapping {
  /** By slot. */
  readonly slots: Uint8Array;
  /** By kind. */
  readonly except: Uint8Array;
  readonly kind: number;
  readonly inner: number;
}

/** A kind that more is to be done about than looking up its shape and the slots of its fields. Arrays are by kind of the child. */
export interface KindRule {
  readonly transparent: 'no' | 'always' | 'one_child' | 'first_child';
  readonly isLeaf: boolean;
  readonly leafUnless: Uint8Array | undefined;
  readonly dropBlank: boolean;
  readonly slotOfKind: Uint8Array | undefined;
  /** By position. */
  readonly order: Uint8Array | undefined;
  readonly merges: Uint8Array | undefined;
  readonly modifiersOutside: boolean;
  readonly attaches: Uint8Array | undefined;
  readonly attachedSlot: number;
  readonly takesSiblings: boolean;
  readonly wraps: readonly Wrapping[] | undefined;
  readonly doubles: { readonly kind: number; readonly children: readonly { readonly slot: number; readonly kind: number }[] } | undefined;
  readonly synthesis: Synthesis | undefined;
  readonly fills: readonly Filling[] | undefined;
  readonly inlines: Uint8Array | undefined;
}

/** A language table turned into look-ups by the numbers of its grammar; made once for each grammar. */
export interface KindTable {
  readonly language: string;
  readonly kindNames: readonly string[];
  /** The code error nodes have: tree-sitter's own does not fit the column's names. */
  readonly errorKind: number;
  readonly shape: Uint8Array;
  /** The kind it is taken for. */
  readonly takenAs: Uint16Array;
  readonly isNamed: Uint8Array;
  readonly isPunctuation: Uint8Array;
  readonly isComment: Uint8Array;
  /** By `kind * fieldCount + field`. */
  readonly slotOfField: Uint8Array;
  readonly fieldCount: number;
  /** By kind: whether the fields of its children say anything, as what it is or as what it may become. */
  readonly hasFields: Uint8Array;
  /** By kind. */
  readonly rules: readonly (KindRule | undefined)[];
  /** By kind; absent where the table has none. */
  readonly becomes: ReadonlyMap<number, readonly Becoming[]> | undefined;
}

const slotValue = (name: SlotName | 'drop'): number => (name === 'drop' ? slotDropped : slotCode[name]);

/** Grammars have a field `constructor`, which every object answers to. */
const own = <T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;

const kindSet = (kindNames: readonly string[], wanted: readonly string[]): Uint8Array =>
  Uint8Array.from(kindNames, (name) => (wanted.includes(name) ? 1 : 0));

const slotsByKind = (kindNames: readonly string[], slots: KindSpec['slots']): Uint8Array | undefined => {
  const said = new Map(
    Object.entries(slots ?? {}).flatMap(([key, slot]) => (key.startsWith('#') ? [[key.slice(1), slotValue(slot)]] : [])),
  );
  return said.size === 0 ? undefined : Uint8Array.from(kindNames, (name) => said.get(name) ?? slotUnsaid);
};

/** The kinds of the grammar, and after them those that no grammar knows: errors, invented ones and what tables synthesise without a kind to take. */
const allKinds = (language: Language, names: GrammarNames): string[] => [
  ...names.types,
  'ERROR',
  ...Object.entries(language.kinds).flatMap(([name, { invented }]) => (invented === true ? [name] : [])),
  ...Object.entries(language.kinds).flatMap(([name, { synthesise }]) =>
    synthesise !== undefined && synthesise.kind === undefined ? [`${name}.${synthesise.shape}`] : [],
  ),
];

export const compileKinds = (language: Language, names: GrammarNames): KindTable => {
  const kindNames = allKinds(language, names);
  const errorKind = names.types.length;
  const count = kindNames.length;
  const fieldCount = names.fields.length;
  const isNamed = Uint8Array.from(kindNames, (name, kind) =>
    kind >= errorKind || names.isNamed(kind) || own(language.kinds, name)?.token === true ? 1 : 0,
  );
  const namedKind = (name: string): number => kindNames.findIndex((known, kind) => known === name && isNamed[kind] === 1);
  const takenAs = Uint16Array.from(kindNames, (_, kind) => kind);
  const shape = new Uint8Array(count);
  const slotOfField = new Uint8Array(count * fieldCount).fill(slotUnsaid);
  const rules: (KindRule | undefined)[] = kindNames.map(() => undefined);
  const setOf = (wanted: readonly string[] | undefined): Uint8Array | undefined => wanted && kindSet(kindNames, wanted);
  /** A table that names a kind its grammar lacks was written for another version. */
  const known = (name: string): number => {
    const kind = namedKind(name);
    if (kind < 0) throw new AppError('engine_failed', `the table of ${language.id} names the syntax kind ${name}, which its grammar lacks`);
    return kind;
  };

  const synthesisOf = (name: string, spec: KindSpec['synthesise']): Synthesis | undefined => {
    if (spec === undefined) return undefined;
    const slots = names.fields.map((field) => own(spec.from, field ?? ''));
    const kind = known(spec.kind ?? `${name}.${spec.shape}`);
    shape[kind] = shapeCode[spec.shape];
    return {
      kind,
      slot: slotCode[spec.slot],
      least: spec.least ?? 2,
      slotInside: Uint8Array.from(slots, (slot) => slotCode[slot ?? 'none']),
      isPart: Uint8Array.from(slots, (slot) => (slot === undefined ? 0 : 1)),
      isPartOfKind: slotsByKind(kindNames, spec.from)?.map((slot) => (slot === slotUnsaid ? 0 : 1)),
    };
  };
  const wrappingOf = (spec: WrapSpec): Wrapping => ({
    slots: Uint8Array.from(slotNames, (slot) => (spec.slots.includes(slot) ? 1 : 0)),
    except: kindSet(kindNames, ['ERROR', ...spec.except]),
    kind: known(spec.as),
    inner: slotCode[spec.inner],
  });
  const ruleOf = (name: string, spec: KindSpec): KindRule => ({
    transparent: spec.transparent ?? 'no',
    isLeaf: spec.leaf === true,
    leafUnless: setOf(spec.leafUnless),
    dropBlank: spec.dropBlank === true,
    slotOfKind: slotsByKind(kindNames, spec.slots),
    order: spec.order && Uint8Array.from(spec.order, slotValue),
    merges: setOf(spec.merges),
    modifiersOutside: spec.modifiersOutside === true,
    attaches: setOf(spec.attaches?.kinds),
    attachedSlot: slotCode[spec.attaches?.slot ?? 'none'],
    takesSiblings: spec.takesSiblings === true,
    wraps: spec.wraps && [spec.wraps].flat().map(wrappingOf),
    doubles: spec.doubles && {
      kind: known(spec.doubles.as),
      children: spec.doubles.children.map(({ slot, kind }) => ({ slot: slotCode[slot], kind: known(kind) })),
    },
    synthesis: synthesisOf(name, spec.synthesise),
    fills: spec.fills?.map(({ slot, kind, before }) => ({ slot: slotCode[slot], kind: known(kind), before: slotCode[before ?? 'none'] })),
    inlines: setOf(spec.inlines),
  });
  const becomingOf = (spec: KindSpec): readonly Becoming[] =>
    (spec.becomes ?? []).map((one) => ({
      kinds: kindSet(kindNames, one.with ?? one.without ?? []),
      wanted: one.with !== undefined,
      kind: known(one.kind),
    }));
  const becomes = new Map<number, readonly Becoming[]>();

  for (const [key, spec] of Object.entries(language.kinds)) {
    const isToken = key.startsWith('"');
    const name = isToken ? key.slice(1, -1) : key;
    if (!isToken) known(name);
    const rule = Object.keys(spec).every((key) => plainFields.has(key)) && !hasKindSlots(spec) ? undefined : ruleOf(name, spec);
    for (let kind = 0; kind < count; kind += 1) {
      if (kindNames[kind] !== name || isNamed[kind] === (isToken ? 1 : 0)) continue;
      rules[kind] = rule;
      if (spec.becomes !== undefined) becomes.set(kind, becomingOf(spec));
      if (spec.shape !== undefined) shape[kind] = shapeCode[spec.shape];
      if (spec.as !== undefined) takenAs[kind] = known(spec.as);
      for (let field = 0; field < fieldCount; field += 1) {
        const fieldName = names.fields[field] ?? '';
        const slot = own(spec.slots, fieldName) ?? (own(spec.synthesise?.from, fieldName) && spec.synthesise?.slot);
        if (slot !== undefined) slotOfField[kind * fieldCount + field] = slotValue(slot);
      }
    }
  }
  const readsFields = (kind: number): boolean =>
    rules[kind]?.synthesis !== undefined ||
    slotOfField.subarray(kind * fieldCount, (kind + 1) * fieldCount).some((slot) => slot !== slotUnsaid);
  return {
    language: language.id,
    hasFields: Uint8Array.from(kindNames, (_, kind) =>
      [kind, ...(becomes.get(kind) ?? []).map((other) => other.kind)].some(readsFields) ? 1 : 0,
    ),
    kindNames,
    errorKind,
    shape,
    takenAs,
    // A token that the table gives a meaning to counts as much as a node the grammar has a name for.
    isNamed: isNamed.map((named, kind) => (rules[kind] !== undefined || takenAs[kind] !== kind ? 1 : named)),
    isPunctuation: Uint8Array.from(kindNames, (name, kind) => (isNamed[kind] === 0 && language.punctuation.has(name) ? 1 : 0)),
    isComment: Uint8Array.from(kindNames, (name, kind) => (isNamed[kind] === 1 && language.comments.has(name) ? 1 : 0)),
    slotOfField,
    fieldCount,
    rules,
    becomes: becomes.size === 0 ? undefined : becomes,
  };
};

/** What the look-ups by number already say. */
const plainFields = new Set(['shape', 'slots', 'as', 'invented', 'becomes', 'token']);
const hasKindSlots = ({ slots }: KindSpec): boolean => Object.keys(slots ?? {}).some((key) => key.startsWith('#'));
