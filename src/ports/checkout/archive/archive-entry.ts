import type { DecodedName } from '../path-names.ts';

/** One entry of an archive of either format, with every override already applied. */
export interface ArchiveEntry {
  readonly name: DecodedName;
  readonly kind: 'file' | 'directory' | 'link';
  /** As declared; a reader refuses an entry whose content is longer or shorter. */
  readonly sizeBytes: number;
  readonly isExecutable: boolean;
}

/** Content in pieces. Must be read before the next entry is asked for; what is not read is skipped. */
export type EntryContent = () => AsyncIterable<Buffer>;
