import { StringDecoder } from 'node:string_decoder';
import { AppError } from '../../lib/errors.ts';

/**
 * JSON values, one a line, as they come. Whoever sends them is not trusted.
 * @throws AppError `engine_output_invalid` for a line beyond `maxLineCharacters`, more than `maxLines`, or no JSON
 */
export async function* readJsonLines(
  bytes: AsyncIterable<Uint8Array>,
  limits: { readonly maxLineCharacters: number; readonly maxLines: number },
): AsyncGenerator {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  let lines = 0;
  const invalid = (why: string): AppError => new AppError('engine_output_invalid', `the engine process ${why}`);
  for await (const chunk of bytes) {
    const parts = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)).split('\n');
    for (const [index, part] of parts.entries()) {
      pending += part;
      if (pending.length > limits.maxLineCharacters) throw invalid('sent an endless message');
      if (index === parts.length - 1) break;
      if (++lines > limits.maxLines) throw invalid('sends messages without end');
      const text = pending;
      pending = '';
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        throw invalid('sent something that is no message');
      }
      yield value;
    }
  }
}
