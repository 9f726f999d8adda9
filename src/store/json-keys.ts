/**
 * Domain values in `jsonb` columns have snake_case keys, as everything in SQL. Only for shapes of our own: what a tool or a caller wrote
 * keeps its keys.
 */
const mapKeys = (value: unknown, rename: (key: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((item) => mapKeys(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), mapKeys(item, rename)]));
};

export const snakeKeys = (value: unknown): unknown =>
  mapKeys(value, (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));

/** The inverse: gives back the shape that {@link snakeKeys} was given, which the caller names. */
export const camelKeys = (value: unknown): unknown =>
  mapKeys(value, (key) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
