/** A parameter as it is sent: text the server reads by the type it expects there, or raw bytes for `bytea`. */
export type WireParameter = string | Uint8Array | null;

const quote = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

const arrayElement = (value: unknown): string => {
  if (Array.isArray(value)) return arrayLiteral(value);
  const wire = wireParameter(value);
  if (wire === null) return 'NULL';
  return quote(typeof wire === 'string' ? wire : `\\x${Buffer.from(wire).toString('hex')}`);
};

const arrayLiteral = (values: readonly unknown[]): string => `{${values.map(arrayElement).join(',')}}`;

/** The form of a parameter for both adapters. An object is a defect of the caller: JSON is passed as text. */
export const wireParameter = (value: unknown): WireParameter => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return arrayLiteral(value);
  throw new TypeError(`a parameter of type ${typeof value} cannot be sent: pass JSON as text`);
};
