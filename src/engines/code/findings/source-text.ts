import { isAscii, isUtf8 } from 'node:buffer';
import { asUtf8 } from '../../../lib/text-encoding.ts';

/** A file as rules read it. */
export interface SourceText {
  /** Without a byte order mark; what is no UTF-8 stands as U+FFFD. */
  readonly text: string;
  readonly isDamaged: boolean;
}

/** As many bytes as git looks at. */
const binaryProbeBytes = 8000;

/** Undefined for what is no text. */
export const readSourceText = (bytes: Uint8Array): SourceText | undefined => {
  const utf8 = asUtf8(bytes);
  if (utf8.subarray(0, binaryProbeBytes).includes(0)) return undefined;
  const buffer = Buffer.from(utf8.buffer, utf8.byteOffset, utf8.byteLength);
  if (isAscii(buffer)) return { text: buffer.toString('latin1'), isDamaged: false };
  const text = buffer.toString('utf8');
  return { text: text.startsWith('\ufeff') ? text.slice(1) : text, isDamaged: !isUtf8(buffer) };
};
