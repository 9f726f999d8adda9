import { z } from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;
export type SchemaReader = (shape: z.ZodType, io: 'input' | 'output') => JsonSchema;

const localPrefix = '#/$defs/';
const componentPrefix = '#/components/schemas/';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const relinked = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(relinked);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' ? inner.replace(localPrefix, componentPrefix) : relinked(inner),
    ]),
  );
};

/** Whole numbers are unbounded for a reader; zod writes the limits of JavaScript. */
const withoutSafeIntegerBounds = (schema: z.core.JSONSchema.BaseSchema): void => {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
};

/** Turns shapes into JSON Schema, those with a name once, as components. Two shapes of one name are a defect. */
export const createComponents = (): { readonly read: SchemaReader; readonly schemas: () => Readonly<Record<string, JsonSchema>> } => {
  const schemas = new Map<string, JsonSchema>();

  const keep = (name: string, schema: JsonSchema): void => {
    const known = schemas.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) throw new Error(`two shapes are named ${name}`);
    schemas.set(name, schema);
  };

  return {
    read: (shape, io) => {
      const {
        $schema: _version,
        $defs: definitions,
        ...own
      } = z.toJSONSchema(shape, {
        target: 'draft-2020-12',
        io,
        override: ({ jsonSchema }) => withoutSafeIntegerBounds(jsonSchema),
      });
      for (const [name, definition] of Object.entries(definitions ?? {})) keep(name, relinked(definition) as JsonSchema);
      return relinked(own) as JsonSchema;
    },
    schemas: () => Object.fromEntries([...schemas].sort(([left], [right]) => (left < right ? -1 : 1))),
  };
};
