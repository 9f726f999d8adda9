import type { CheckoutBudgets } from '../checkout.ts';
import { type DecodedName, isGitDirectoryName } from '../path-names.ts';
import { type RejectionReason, rejection } from './rejection.ts';

/**
 * What a name inside an archive may look like. The rules are those of the strictest system the tree could be unpacked on (git's
 * protectNTFS and protectHFS among them), whatever this one is: the same archive is accepted or refused everywhere.
 */

export interface EntryPath {
  readonly components: readonly string[];
  /** The components' bytes, where the name is not valid UTF-8. */
  readonly componentBytes?: readonly Buffer[];
  /** The name began with `./`: what was packed is a directory's content, not the directory. */
  readonly fromDot: boolean;
}

const controlCharacter = /\p{Cc}/u;
const reservedName = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?:[ .:].*)?$/i;

/** Two names that some file system takes for one have the same key: Unicode normalisation and case are folded. */
export const collisionKey = (name: string): string => name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');

const wrongComponent = (component: string): readonly [RejectionReason, string] | undefined => {
  if (component === '' || component === '.') return ['empty_component', 'has an empty part in its path'];
  if (component === '..') return ['parent_path', 'leads out of the archive'];
  // `.git` itself is left out instead.
  if (component !== '.git' && isGitDirectoryName(component)) return ['git_variant', 'is a disguised form of .git'];
  if (/[ .]$/.test(component)) return ['trailing_dot_or_space', 'has a part that ends in a dot or a space'];
  if (reservedName.test(component)) return ['reserved_name', 'is a device name on Windows'];
  return undefined;
};

/** @throws AppError `archive_rejected`. An empty list of components is the root itself. */
export const checkEntryName = (name: DecodedName, budgets: Pick<CheckoutBudgets, 'pathBytes' | 'nameBytes' | 'depth'>): EntryPath => {
  const { text, bytes } = name;
  const refuse = (reason: RejectionReason, what: string): never => {
    throw rejection(reason, what, { entry: text });
  };
  if (text === '') refuse('empty_component', 'is an entry without a name');
  if ((bytes?.length ?? Buffer.byteLength(text)) > budgets.pathBytes) refuse('path_too_long', `is longer than ${budgets.pathBytes} bytes`);
  if (controlCharacter.test(text) || bytes?.some((byte) => byte < 0x20 || byte === 0x7f) === true)
    refuse('control_character', 'holds control characters');
  // In the display form of other bytes a backslash is ours, so there the bytes decide.
  if (bytes === undefined ? text.includes('\\') : bytes.includes(0x5c)) refuse('backslash', 'holds a backslash');
  if (text.startsWith('/')) refuse('absolute_path', 'is an absolute path');
  if (/^[a-z]:/i.test(text)) refuse('drive_letter', 'starts with a drive letter');

  const trimmed = text.endsWith('/') ? text.slice(0, -1) : text;
  const parts = trimmed.split('/');
  const fromDot = parts[0] === '.';
  const components = fromDot ? parts.slice(1) : parts;
  for (const component of components) {
    const wrong = wrongComponent(component);
    if (wrong !== undefined) refuse(...wrong);
    if (Buffer.byteLength(component) > budgets.nameBytes) refuse('path_too_long', `has a part longer than ${budgets.nameBytes} bytes`);
  }
  if (components.length > budgets.depth) refuse('path_too_deep', `is more than ${budgets.depth} directories deep`);
  if (bytes === undefined) return { components, fromDot };
  const byteParts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const slash = bytes.indexOf(0x2f, at);
    const end = slash === -1 ? bytes.length : slash;
    byteParts.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return { components, componentBytes: fromDot ? byteParts.slice(1) : byteParts, fromDot };
};
