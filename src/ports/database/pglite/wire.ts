import { type PGlite, protocol } from '@electric-sql/pglite';
import { databaseError } from '../database.ts';
import type { WireParameter } from '../parameters.ts';
import type { RawResult } from '../statement-result.ts';

type Message = Awaited<ReturnType<PGlite['execProtocol']>>['messages'][number];

const isError = (message: Message): message is Message & { message: string; code?: string; constraint?: string; table?: string } =>
  message.name === 'error';
const isRowDescription = (message: Message): message is Message & { fields: readonly { name: string; dataTypeID: number }[] } =>
  message.name === 'rowDescription';
const isDataRow = (message: Message): message is Message & { fields: readonly (string | null)[] } => message.name === 'dataRow';
const isComplete = (message: Message): message is Message & { text: string } => message.name === 'commandComplete';

/** Ours to send as a view with its own buffer: the library takes the whole buffer below a view. */
const ownBuffer = (value: WireParameter): string | Uint8Array | null => (value instanceof Uint8Array ? new Uint8Array(value) : value);

const send = async (engine: PGlite, message: Uint8Array): Promise<RawResult> => {
  const { messages } = await engine.execProtocol(message, { throwOnError: false, syncToFs: false });
  const failed = messages.find(isError);
  if (failed !== undefined) {
    throw databaseError(failed.message, { code: failed.code ?? 'XX000', constraint: failed.constraint, table: failed.table });
  }
  // An engine that trapped (its stack ran over, say) breaks off in the middle of its answer, and is of no use from then on.
  if (!messages.some(({ name }) => name === 'commandComplete' || name === 'emptyQuery'))
    throw new Error('it broke off in the middle of a statement');
  return {
    columns: (messages.findLast(isRowDescription)?.fields ?? []).map(({ name, dataTypeID }) => ({ name, typeOid: dataTypeID })),
    rows: messages.filter(isDataRow).map(({ fields }) => fields),
    tag: messages.findLast(isComplete)?.text ?? '',
  };
};

/**
 * One statement in one call of the engine: parse, bind, describe, execute and sync together. The library's own `query` makes six calls and
 * turns values into types by rules of its own.
 */
export const runStatement = (engine: PGlite, text: string, parameters: readonly WireParameter[]): Promise<RawResult> => {
  const { parse, bind, describe, execute, sync } = protocol.serialize;
  const values = parameters.map(ownBuffer);
  return send(engine, Buffer.concat([parse({ text }), bind({ values }), describe({ type: 'P' }), execute({}), sync()]));
};

/** Several statements as one text; what they give is not kept. */
export const runScript = async (engine: PGlite, text: string): Promise<void> => {
  await send(engine, protocol.serialize.query(text));
};
