import type { KindSpec, Language } from './language.ts';
import { type ShapeName, type SlotName, shapeCode, slotCode } from './shape.ts';

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
  readonly shape: number;
  /** In the node that is made, by field; 0 where the field is not one of them. */
  readonly slotInside: Uint8Array;
  readonly isPart: Uint8Array;
}

/** A kind that more is to be done about than looking up its shape and the slots of its fields. */
export interface KindRule {
  readonly transparent: 'no' | 'always' | 'one_child';
  readonly isLeaf: boolean;
  readonly leafUnless?: Uint8Array;
  /** By kind of the child. */
  readonly slotOfKind?: Uint8Array;
  readonly order?: Uint8Array;
  readonly merges?: Uint8Array;
  readonly synthesis?: Synthesis;
}

/** A language table turned into look-ups by the numbers of its grammar; made once for each grammar. */
export interface KindTable {
  readonly language: string;
  readonly kindNames: readonly string[];
  /** The code error nodes have: tree-sitter's own does not fit the column's names. */
  readonly errorKind: number;
  readonly shape: Uint8Array;
  readonly isNamed: Uint8Array;
  readonly isPunctuation: Uint8Array;
  readonly isComment: Uint8Array;
  /** By `kind * fieldCount + field`. */
  readonly slotOfField: Uint8Array;
  readonly fieldCount: number;
  /** By kind. */
  readonly rules: readonly (KindRule | undefined)[];
}

const slotValue = (name: SlotName | 'drop'): number => (name === 'drop' ? slotDropped : slotCode[name]);
const shapeValue = (name: ShapeName | undefined): number => shapeCode[name ?? 'other'];

export const compileKinds = (language: Language, names: GrammarNames): KindTable => {
  const kindNames = [...names.types, 'ERROR'];
  const errorKind = names.types.length;
  const synthetic = new Map<string, number>();
  for (const [name, spec] of Object.entries(language.kinds)) {
    if (spec.synthesise === undefined || (spec.synthesise.kind !== undefined && names.types.includes(spec.synthesise.kind))) continue;
    synthetic.set(name, kindNames.length);
    kindNames.push(`${name}.${spec.synthesise.shape}`);
  }
  const count = kindNames.length;
  const fieldCount = names.fields.length;
  const shape = new Uint8Array(count);
  const isNamed = new Uint8Array(count);
  const isPunctuation = new Uint8Array(count);
  const isComment = new Uint8Array(count);
  const slotOfField = new Uint8Array(count * fieldCount).fill(slotUnsaid);
  const rules: (KindRule | undefined)[] = [];

  const kindSet = (wanted: readonly string[] | undefined): Uint8Array | undefined => {
    if (wanted === undefined) return undefined;
    return Uint8Array.from(kindNames, (name) => (wanted.includes(name) ? 1 : 0));
  };
  const kindSlots = (slots: KindSpec['slots']): Uint8Array | undefined => {
    const byKind = Object.entries(slots ?? {}).filter(([key]) => key.startsWith('#'));
    if (byKind.length === 0) return undefined;
    const table = new Uint8Array(count).fill(slotUnsaid);
    for (const [key, slot] of byKind) for (let kind = 0; kind < count; kind += 1) if (kindNames[kind] === key.slice(1)) table[kind] = slotValue(slot);
    return table;
  };
  const synthesisOf = (name: string, spec: KindSpec['synthesise']): Synthesis | undefined => {
    if (spec === undefined) return undefined;
    const slotInside = new Uint8Array(fieldCount);
    const isPart = new Uint8Array(fieldCount);
    for (let field = 0; field < fieldCount; field += 1) {
      const slot = spec.from[names.fields[field] ?? ''];
      if (slot === undefined) continue;
      isPart[field] = 1;
      slotInside[field] = slotCode[slot];
    }
    const kind = synthetic.get(name) ?? kindNames.indexOf(spec.kind ?? '');
    return { kind, shape: shapeValue(spec.shape), slotInside, isPart };
  };
  const ruleOf = (name: string, spec: KindSpec): KindRule | undefined => {
    const leafUnless = kindSet(spec.leafUnless);
    const slotOfKind = kindSlots(spec.slots);
    const merges = kindSet(spec.merges);
    const synthesis = synthesisOf(name, spec.synthesise);
    const order = spec.order === undefined ? undefined : Uint8Array.from(spec.order, slotValue);
    if (!spec.leaf && !leafUnless && !slotOfKind && !merges && !synthesis && !order && spec.transparent === undefined) return undefined;
    return {
      transparent: spec.transparent ?? 'no',
      isLeaf: spec.leaf === true,
      ...(leafUnless && { leafUnless }),
      ...(slotOfKind && { slotOfKind }),
      ...(order && { order }),
      ...(merges && { merges }),
      ...(synthesis && { synthesis }),
    };
  };

  for (let kind = 0; kind < count; kind += 1) {
    const name = kindNames[kind] ?? '';
    const named = kind >= errorKind || names.isNamed(kind);
    if (!named) {
      isPunctuation[kind] = language.punctuation.has(name) ? 1 : 0;
      continue;
    }
    isNamed[kind] = 1;
    isComment[kind] = language.comments.has(name) ? 1 : 0;
    const spec = Object.hasOwn(language.kinds, name) ? language.kinds[name] : undefined;
    if (spec === undefined) continue;
    shape[kind] = shapeValue(spec.shape);
    for (let field = 0; field < fieldCount; field += 1) {
      const fieldName = names.fields[field] ?? '';
      const slot = spec.slots?.[fieldName];
      if (slot !== undefined) slotOfField[kind * fieldCount + field] = slotValue(slot);
      else if (spec.synthesise?.from[fieldName] !== undefined) slotOfField[kind * fieldCount + field] = slotCode[spec.synthesise.slot];
    }
    rules[kind] = ruleOf(name, spec);
  }
  return { language: language.id, kindNames, errorKind, shape, isNamed, isPunctuation, isComment, slotOfField, fieldCount, rules };
};
