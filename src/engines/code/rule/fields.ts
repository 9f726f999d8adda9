import type { Reading } from './reading.ts';
import type { YamlEntry, YamlMap, YamlValue } from './yaml-tree.ts';

/** Reads the fields of a rule: each returns `undefined` where the field is absent or wrong, and says so when it is wrong. */

const kindOf = (value: YamlValue): string => {
  if (value.kind === 'map') return 'a mapping';
  if (value.kind === 'list') return 'a list';
  return value.value === null ? 'empty' : `"${value.text.length > 40 ? `${value.text.slice(0, 40)}…` : value.text}"`;
};

export const textIn = (reading: Reading, value: YamlValue, name: string): string | undefined =>
  value.kind === 'scalar' && value.value !== null
    ? value.text
    : reading.problem(value.at, `"${name}" must be text, but is ${kindOf(value)}`);

export const mapIn = (reading: Reading, value: YamlValue, name: string, holding: string): YamlMap | undefined =>
  value.kind === 'map' ? value : reading.problem(value.at, `"${name}" must be a mapping with ${holding}, but is ${kindOf(value)}`);

export const listIn = (reading: Reading, value: YamlValue, name: string, holding: string): readonly YamlValue[] | undefined => {
  if (value.kind !== 'list') return reading.problem(value.at, `"${name}" must be a list of ${holding}, but is ${kindOf(value)}`);
  if (value.items.length === 0) return reading.problem(value.at, `"${name}" is an empty list; it needs at least one entry`);
  return value.items;
};

/** A list of texts, or one text for a list of one. */
export const textsIn = (reading: Reading, value: YamlValue, name: string): readonly string[] | undefined => {
  if (value.kind !== 'list') {
    const text = textIn(reading, value, name);
    return text === undefined ? undefined : [text];
  }
  const texts = value.items.map((item) => textIn(reading, item, name));
  return texts.every((text) => text !== undefined) ? texts : undefined;
};

export const textField = (reading: Reading, map: YamlMap, name: string): string | undefined => {
  const entry = map.entries.get(name);
  return entry === undefined ? undefined : textIn(reading, entry.value, name);
};

export const requiredField = (reading: Reading, map: YamlMap, name: string, owner: string): YamlEntry | undefined =>
  map.entries.get(name) ?? reading.problem(map.at, `${owner} needs "${name}"`);

export const requiredText = (reading: Reading, map: YamlMap, name: string, owner: string): string | undefined => {
  const entry = requiredField(reading, map, name, owner);
  return entry === undefined ? undefined : textIn(reading, entry.value, name);
};

export const textsField = (reading: Reading, map: YamlMap, name: string): readonly string[] => {
  const entry = map.entries.get(name);
  return (entry === undefined ? undefined : textsIn(reading, entry.value, name)) ?? [];
};

export const flagField = (reading: Reading, map: YamlMap, name: string): boolean | undefined => {
  const value = map.entries.get(name)?.value;
  if (value === undefined) return undefined;
  if (value.kind === 'scalar' && typeof value.value === 'boolean') return value.value;
  return reading.problem(value.at, `"${name}" must be true or false, but is ${kindOf(value)}`);
};

/** A whole number, 0 or more. */
export const countField = (reading: Reading, map: YamlMap, name: string): number | undefined => {
  const value = map.entries.get(name)?.value;
  if (value === undefined) return undefined;
  if (value.kind === 'scalar' && typeof value.value === 'number' && Number.isSafeInteger(value.value) && value.value >= 0)
    return value.value;
  return reading.problem(value.at, `"${name}" must be a whole number, 0 or more, but is ${kindOf(value)}`);
};

/** Where a field that nobody knows would change what a rule means. */
export const refuseUnknown = (reading: Reading, map: YamlMap, owner: string, known: readonly string[]): void => {
  for (const [name, { key }] of map.entries)
    if (!known.includes(name))
      reading.problem(key, `${owner} has no field "${name}"; it may have ${known.map((each) => `"${each}"`).join(', ')}`);
};
