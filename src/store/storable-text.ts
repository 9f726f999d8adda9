import { clip } from '../lib/text-safety.ts';

/**
 * PostgreSQL stores neither NUL nor half a surrogate pair. Texts of a scanned tree may hold both; they become U+FFFD, the sign for what
 * cannot be shown.
 */
export const storableText = (text: string, maxLength = Number.POSITIVE_INFINITY): string =>
  clip(text, maxLength).toWellFormed().replaceAll('\0', '\ufffd');

/** `JSON.stringify` writes those characters as escapes; an escaped backslash before them is no part of the escape. */
const unstorableEscape = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/** JSON text that a `jsonb` parameter takes, whatever its strings and keys hold. */
export const storableJson = (value: unknown): string => (JSON.stringify(value) ?? 'null').replace(unstorableEscape, '$1\ufffd');

/** Deeper nesting than a person would read, and than every parser takes. */
const maxDepth = 100;

const isDeep = (json: string): boolean => {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (character === '\\') at += 1;
    else if (character === '"') inString = !inString;
    else if (inString) continue;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > maxDepth) return true;
  }
  return false;
};

const stringify = (value: unknown): string | undefined => {
  try {
    return storableJson(value);
  } catch (error) {
    // Nested so deeply that writing it takes more stack than there is.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

/** JSON of somebody else, at most `maxBytes` as UTF-8; beyond that, a note in its place. Undefined for undefined. */
export const boundedJson = (value: unknown, maxBytes: number): string | undefined => {
  if (value === undefined) return undefined;
  const json = stringify(value);
  return json === undefined || Buffer.byteLength(json) > maxBytes || isDeep(json)
    ? JSON.stringify({ omitted: `larger than ${maxBytes} bytes or nested deeper than ${maxDepth}` })
    : json;
};
