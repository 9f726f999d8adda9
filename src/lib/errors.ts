/**
 * The one error table. Everything that can go wrong on purpose has a row: a stable code, how each transport reports it, whether
 * a retry can help, and one sentence that says what it means. `docs/reference/errors.md` is generated from it.
 */

export interface ErrorSpec {
  /** HTTP status an API answers with. */
  readonly http: number;
  /** gRPC status name. */
  readonly grpc: string;
  /** Process exit code of the command line (ARCHITECTURE: 2 engine failure, 3 nothing to scan, 4 usage, 5 auth or limits). */
  readonly exit: number;
  /** True when the same request may succeed later without being changed. */
  readonly retryable: boolean;
  readonly summary: string;
}

const usage = { http: 400, grpc: 'INVALID_ARGUMENT', exit: 4, retryable: false } as const;
const refused = { http: 422, grpc: 'FAILED_PRECONDITION', exit: 4, retryable: false } as const;
const limit = { http: 413, grpc: 'RESOURCE_EXHAUSTED', exit: 5, retryable: false } as const;
const failure = { http: 500, grpc: 'INTERNAL', exit: 2, retryable: false } as const;

export const errorTable = {
  // Usage and configuration
  usage_invalid: { ...usage, summary: 'The command line is not understood.' },
  config_invalid: { ...usage, summary: 'A configuration file or setting has a value that is not allowed.' },
  target_not_found: { ...usage, http: 404, grpc: 'NOT_FOUND', summary: 'The path to scan does not exist.' },
  target_unsupported: { ...usage, summary: 'The target is neither a directory, a git URL nor a known archive.' },
  engine_unknown: { ...usage, summary: 'No engine has that name.' },
  rule_unknown: { ...usage, http: 404, grpc: 'NOT_FOUND', summary: 'No rule has that id.' },
  rule_invalid: { ...usage, summary: 'A rule file cannot be loaded.' },
  baseline_invalid: { ...usage, summary: 'The baseline is not a report Sightline can read.' },
  sarif_invalid: { ...usage, http: 422, summary: 'The file is not a SARIF log Sightline can read.' },
  output_unwritable: { ...usage, summary: 'A report cannot be written where it was asked for.' },
  scratch_unusable: { ...refused, summary: 'The folder for temporary files cannot be used.' },
  git_history_missing: { ...usage, summary: 'The target has no git history, or lacks the commit asked for.' },
  nothing_to_scan: { ...refused, exit: 3, summary: 'The target holds no file to scan.' },
  // Intake: addresses and arguments
  url_invalid: { ...usage, summary: 'The URL is malformed or holds characters that are never allowed.' },
  url_has_credentials: { ...usage, summary: 'The URL holds a user name or password; use SIGHTLINE_GIT_TOKEN.' },
  protocol_denied: { ...usage, http: 403, summary: 'The URL uses a protocol that is never fetched.' },
  ref_invalid: { ...usage, summary: 'The branch, tag or commit name is malformed.' },
  ref_not_found: { ...usage, http: 404, grpc: 'NOT_FOUND', summary: 'The repository has no such branch, tag or commit.' },
  address_denied: {
    ...refused,
    http: 403,
    grpc: 'PERMISSION_DENIED',
    summary: 'The host resolves to an address that must not be reached.',
  },
  redirect_denied: {
    ...refused,
    http: 403,
    grpc: 'PERMISSION_DENIED',
    summary: 'The server redirects to a place that must not be reached.',
  },
  host_unresolved: { ...failure, http: 502, grpc: 'UNAVAILABLE', retryable: true, summary: 'The host name has no address.' },
  // Intake: what came back
  git_missing: { ...failure, summary: 'The git program is not installed or too old.' },
  git_failed: { ...failure, http: 502, grpc: 'UNAVAILABLE', retryable: true, summary: 'The git server could not be reached or failed.' },
  git_integrity: {
    ...failure,
    http: 502,
    grpc: 'DATA_LOSS',
    summary: 'The server sent objects that are malformed or not the ones asked for.',
  },
  authentication_required: {
    ...refused,
    http: 401,
    grpc: 'UNAUTHENTICATED',
    exit: 5,
    summary: 'The repository is private, or the token was refused.',
  },
  checkout_timeout: {
    ...limit,
    http: 504,
    grpc: 'DEADLINE_EXCEEDED',
    retryable: true,
    summary: 'Fetching the target took longer than its budget.',
  },
  size_limit: { ...limit, summary: 'The target has more bytes than its budget.' },
  file_limit: { ...limit, summary: 'The target has more files than its budget.' },
  path_denied: { ...refused, summary: 'The target holds a file name that must not be written.' },
  archive_rejected: { ...refused, summary: 'The archive is malformed or unsafe.' },
  // Engines
  engine_failed: { ...failure, summary: 'An engine stopped before it was done.' },
  engine_output_invalid: { ...failure, summary: 'An engine or its tool wrote something that is not a result.' },
  tool_missing: { ...failure, http: 424, grpc: 'FAILED_PRECONDITION', summary: 'A program that an engine needs is not installed.' },
  tool_failed: { ...failure, summary: 'A program that an engine runs failed.' },
  sandbox_required: {
    ...failure,
    http: 424,
    grpc: 'FAILED_PRECONDITION',
    summary: 'The engine runs code of the repository and no working sandbox was found.',
  },
  network_required: {
    ...failure,
    http: 424,
    grpc: 'FAILED_PRECONDITION',
    summary: 'The operation needs the network, and --offline forbids it.',
  },
  // Server: requests
  request_invalid: { ...usage, summary: 'The request has a field that is missing, unknown or malformed.' },
  unauthenticated: { ...refused, http: 401, grpc: 'UNAUTHENTICATED', exit: 5, summary: 'The request carries no valid token.' },
  not_found: { ...usage, http: 404, grpc: 'NOT_FOUND', summary: 'There is nothing with that id or at that address.' },
  method_not_allowed: { ...usage, http: 405, grpc: 'UNIMPLEMENTED', summary: 'The address is there, but not for that method.' },
  media_type_unsupported: { ...usage, http: 415, summary: 'The body has a type that the operation does not read.' },
  host_unknown: {
    ...refused,
    http: 421,
    grpc: 'PERMISSION_DENIED',
    summary: 'The request names a host that this server is not known by.',
  },
  cursor_invalid: { ...usage, summary: 'The cursor is not one this list gave.' },
  slug_taken: { ...usage, http: 409, grpc: 'ALREADY_EXISTS', summary: 'Another project of the organisation has that slug.' },
  revision_conflict: { ...usage, http: 412, grpc: 'ABORTED', summary: 'The object was changed by somebody else in the meantime.' },
  idempotency_conflict: { ...usage, http: 409, grpc: 'ALREADY_EXISTS', summary: 'The Idempotency-Key was used for another request.' },
  queue_full: { ...limit, http: 429, retryable: true, summary: 'As many scans are waiting as the server takes.' },
  streams_full: { ...limit, http: 429, retryable: true, summary: 'As many clients follow events as the server takes.' },
  scan_not_completed: { ...refused, http: 409, summary: 'The scan has no report: it has not completed.' },
  scan_ended: { ...refused, http: 409, summary: 'The scan has ended and cannot be changed any more.' },
  task_not_dead: { ...refused, http: 409, summary: 'The task is not a dead letter.' },
  // Server: artifacts
  artifact_not_ready: { ...refused, http: 409, summary: 'The bytes of the artifact have not arrived yet.' },
  artifact_expired: { ...refused, http: 410, summary: 'The artifact is past its end and was, or will be, removed.' },
  artifact_in_use: { ...refused, http: 409, summary: 'A scan that has not ended is to look at the artifact.' },
  artifact_integrity: { ...refused, grpc: 'DATA_LOSS', summary: 'The bytes are not those that were declared.' },
  uploads_full: {
    ...limit,
    http: 429,
    retryable: true,
    summary: 'As many uploads were announced and have not arrived as the server waits for.',
  },
  artifact_conflict: { ...refused, http: 409, grpc: 'ALREADY_EXISTS', summary: 'Other bytes are already stored in that place.' },
  signature_invalid: {
    ...refused,
    http: 403,
    grpc: 'PERMISSION_DENIED',
    exit: 5,
    summary: 'The signed URL was changed, or is past its end.',
  },
  storage_full: { ...limit, http: 507, retryable: true, summary: 'The blob store has no room left.' },
  storage_unavailable: {
    ...failure,
    http: 503,
    grpc: 'UNAVAILABLE',
    retryable: true,
    summary: 'The blob store cannot be reached or used.',
  },
  // Server: running it
  key_unusable: { ...usage, summary: 'The master key cannot be read, is no key, or other users could read it.' },
  key_unknown: { ...failure, summary: 'A stored secret was encrypted with another master key.' },
  sealed_invalid: { ...failure, grpc: 'DATA_LOSS', summary: 'A stored secret was changed or moved and does not open.' },
  database_unavailable: { ...failure, http: 503, grpc: 'UNAVAILABLE', retryable: true, summary: 'The database cannot be reached.' },
  database_unsupported: { ...failure, grpc: 'FAILED_PRECONDITION', summary: 'The database server is too old.' },
  database_migration_mismatch: {
    ...failure,
    grpc: 'FAILED_PRECONDITION',
    summary: 'The database has migrations that this version does not know, or other ones.',
  },
  database_migration_failed: { ...failure, summary: 'A migration of the database failed; nothing of it was kept.' },
  data_dir_locked: { ...usage, http: 409, summary: 'Another process uses the data directory.' },
  address_in_use: { ...usage, summary: 'Another program listens on that address.' },
  server_unreachable: {
    ...failure,
    http: 503,
    grpc: 'UNAVAILABLE',
    retryable: true,
    summary: 'No Sightline server answers at that address.',
  },
  server_answer_invalid: { ...failure, http: 502, summary: 'What answers at that address is no Sightline server, or of another version.' },
  worker_lost: { ...failure, retryable: true, summary: 'The worker that ran the task stopped answering.' },
  memory_limit: { ...failure, grpc: 'RESOURCE_EXHAUSTED', retryable: true, summary: 'An engine used more memory than it may.' },
  // Ends
  cancelled: { http: 499, grpc: 'CANCELLED', exit: 130, retryable: false, summary: 'The work was interrupted.' },
  deadline_exceeded: {
    ...limit,
    http: 504,
    grpc: 'DEADLINE_EXCEEDED',
    exit: 2,
    retryable: true,
    summary: 'The work took longer than allowed.',
  },
  internal: { ...failure, summary: 'A defect in Sightline; please report it.' },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof errorTable;

export interface AppErrorOptions {
  readonly cause?: unknown;
  /** What the person can do next: one sentence, shown below the message. */
  readonly hint?: string;
  /** Machine-readable particulars; never a secret. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/** The only error class. Test with {@link isAppError}, never by message. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }
}

export const isAppError = (error: unknown, code?: ErrorCode): error is AppError =>
  error instanceof AppError && (code === undefined || error.code === code);

/** The row of an error; anything that is not ours counts as `internal`. */
export const errorSpec = (error: unknown): ErrorSpec => errorTable[isAppError(error) ? error.code : 'internal'];

/** Message of anything thrown, without a stack. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** True for a Node system error with one of the codes (`ENOENT`, `EACCES`, ...); without codes, for any that the system reported. */
export const isSystemError = (error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  (codes.length === 0 ? 'errno' in error && 'syscall' in error : codes.includes(error.code));
