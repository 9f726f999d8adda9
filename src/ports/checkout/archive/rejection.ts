import { AppError } from '../../../lib/errors.ts';
import { nameForMessage } from '../path-names.ts';

/** Why an archive is refused as a whole: stable words, in `details.reason` of `archive_rejected`. */
export type RejectionReason =
  | 'content_mismatch'
  | 'malformed'
  | 'truncated'
  | 'checksum'
  | 'leading_data'
  | 'trailing_data'
  | 'hidden_data'
  | 'header_mismatch'
  | 'pax_override'
  | 'encrypted'
  | 'compression_unsupported'
  | 'bomb'
  | 'absolute_path'
  | 'parent_path'
  | 'drive_letter'
  | 'backslash'
  | 'control_character'
  | 'empty_component'
  | 'trailing_dot_or_space'
  | 'reserved_name'
  | 'git_variant'
  | 'path_too_long'
  | 'path_too_deep'
  | 'duplicate_name'
  | 'name_collision'
  | 'path_conflict'
  | 'below_link'
  | 'hardlink'
  | 'device'
  | 'fifo'
  | 'sparse'
  | 'entry_type'
  | 'directory_with_data';

/** `entry` is hostile text: it is shown escaped. */
export const rejection = (
  reason: RejectionReason,
  what: string,
  options: { readonly entry?: string; readonly cause?: unknown } = {},
): AppError => {
  const entry = options.entry === undefined ? undefined : nameForMessage(options.entry);
  return new AppError(
    'archive_rejected',
    entry === undefined ? `the archive is refused: ${what}` : `the archive is refused: "${entry}" ${what}`,
    {
      hint: 'If you trust it, unpack it yourself and scan the directory.',
      details: { reason, ...(entry === undefined ? {} : { entry }) },
      cause: options.cause,
    },
  );
};
