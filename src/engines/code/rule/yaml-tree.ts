import { type Alias, isAlias, isMap, isPair, isScalar, isSeq, type LineCounter, type Node, type Scalar } from 'yaml';

/** 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A YAML (or JSON) value that knows where it stands, aliases and merge keys resolved. */
export type YamlValue =
  | { readonly kind: 'map'; readonly at: Position; readonly entries: ReadonlyMap<string, YamlEntry> }
  | { readonly kind: 'list'; readonly at: Position; readonly items: readonly YamlValue[] }
  /** `text` is what was written, so that `pattern: 5` is the pattern `5`; `value` what YAML makes of it. */
  | { readonly kind: 'scalar'; readonly at: Position; readonly text: string; readonly value: string | number | boolean | null };

export type YamlMap = Extract<YamlValue, { kind: 'map' }>;

export interface YamlEntry {
  readonly key: Position;
  readonly value: YamlValue;
}

/** Told what is wrong beyond syntax. `file`: what was read is not all there is, so that none of it can be used. */
export type YamlComplaint = (at: Position, message: string, concerns: 'value' | 'file') => void;

/** Rules nest a dozen levels at most. */
const maxDepth = 200;
/** Values that aliases may add to a file: enough for any honest one, too little for a tower of them. */
const maxAliasedValues = 20_000;

interface Conversion {
  readonly lines: LineCounter;
  readonly complain: YamlComplaint;
  /** Filled in document order, so that an alias means the last anchor of that name before it. */
  readonly anchors: Map<string, Node>;
  aliasedValues: number;
}

const nothing = (at: Position): YamlValue => ({ kind: 'scalar', at, text: '', value: null });

const positionOf = (node: Node | null | undefined, lines: LineCounter): Position => {
  const offset = node?.range?.[0];
  if (offset === undefined) return { line: 1, column: 1 };
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
};

const scalarOf = (node: Scalar, at: Position): YamlValue => {
  const { value } = node;
  if (typeof value === 'string') return { kind: 'scalar', at, text: value, value };
  if (typeof value === 'number' || typeof value === 'boolean') return { kind: 'scalar', at, text: node.source ?? String(value), value };
  if (typeof value === 'bigint') return { kind: 'scalar', at, text: String(value), value: Number(value) };
  return nothing(at);
};

/** Where an alias is used is where its content counts as standing: the reader of a message looks there first. */
const followAlias = (conversion: Conversion, node: Alias, depth: number): YamlValue => {
  const at = positionOf(node, conversion.lines);
  const target = conversion.anchors.get(node.source);
  if (target === undefined) {
    conversion.complain(at, `there is no anchor &${node.source} above this alias`, 'value');
    return nothing(at);
  }
  return convert(conversion, target, depth + 1, true);
};

const mapOf = (conversion: Conversion, items: readonly unknown[], at: Position, depth: number, isAliased: boolean): YamlValue => {
  const entries = new Map<string, YamlEntry>();
  const merged = new Map<string, YamlEntry>();
  for (const pair of items) {
    if (!isPair<Node, Node | null>(pair)) continue;
    const key = positionOf(pair.key, conversion.lines);
    if (!isScalar(pair.key)) {
      conversion.complain(key, 'a key must be plain text', 'value');
      continue;
    }
    const name = String(pair.key.value);
    const value = pair.value === null ? nothing(key) : convert(conversion, pair.value, depth + 1, isAliased);
    if (name === '<<' && pair.key.type === 'PLAIN') {
      for (const source of value.kind === 'list' ? value.items : [value])
        if (source.kind === 'map')
          for (const [inherited, entry] of source.entries) if (!merged.has(inherited)) merged.set(inherited, entry);
    } else if (entries.has(name)) {
      conversion.complain(key, `the key "${name}" is there twice`, 'value');
    } else {
      entries.set(name, { key, value });
    }
  }
  for (const [name, entry] of merged) if (!entries.has(name)) entries.set(name, entry);
  return { kind: 'map', at, entries };
};

function convert(conversion: Conversion, node: Node, depth: number, isAliased: boolean): YamlValue {
  const at = positionOf(node, conversion.lines);
  if (depth > maxDepth) {
    conversion.complain(at, `nested deeper than ${maxDepth} levels`, 'file');
    return nothing(at);
  }
  if (isAliased) {
    conversion.aliasedValues += 1;
    if (conversion.aliasedValues > maxAliasedValues) {
      // Once is enough: a tower of aliases would say it at every step.
      if (conversion.aliasedValues === maxAliasedValues + 1)
        conversion.complain(at, `aliases stand for more than ${maxAliasedValues} values`, 'file');
      return nothing(at);
    }
  }
  if (isAlias(node)) return followAlias(conversion, node, depth);
  if (node.anchor !== undefined && node.anchor !== '') conversion.anchors.set(node.anchor, node);
  if (isScalar(node)) return scalarOf(node, at);
  if (isMap(node)) return mapOf(conversion, node.items, at, depth, isAliased);
  if (isSeq<Node>(node)) return { kind: 'list', at, items: node.items.map((item) => convert(conversion, item, depth + 1, isAliased)) };
  return nothing(at);
}

/** Brings what the `yaml` package composed into one small form. Bounded in depth and in what aliases add, whatever the file holds. */
export const toYamlValue = (root: Node, lines: LineCounter, complain: YamlComplaint): YamlValue =>
  convert({ lines, complain, anchors: new Map(), aliasedValues: 0 }, root, 0, false);
