import type { Diagnosis } from '../app/health/diagnose.ts';
import type { NewOperatorToken } from '../app/instance/new-operator-token.ts';
import type { SettingsOf, scanSettings, serverSettings } from '../config/schema.ts';
import type { Role } from '../domain/role.ts';

/** Settings of a server process: its own, and those by which its worker fetches and scans. */
export type ServerValues = SettingsOf<typeof serverSettings & typeof scanSettings>;

/** What a server says once it is up. */
export interface Started {
  readonly roles: readonly Role[];
  /** Without a password. */
  readonly database: string;
  readonly dataDir: string;
  /** Where each listener is, by name: `api`, `probes`, `metrics`. */
  readonly urls: Readonly<Record<string, string>>;
  readonly tokenPath: string;
  readonly startedInMs: number;
}

export interface TokenState {
  readonly path: string;
  /** A token lies there. */
  readonly isKept: boolean;
  /** Only when it was made just now; nobody can show it again. */
  readonly made?: string;
}

export interface ServeEvents {
  /** As soon as it is known: a token that was made is worth showing even where the start then fails. */
  readonly onToken: (token: TokenState) => void;
  readonly onStarted: (started: Started) => void;
}

export interface MigrationRow {
  readonly name: string;
  readonly appliedAt: Date | undefined;
}

export interface MigrationState {
  readonly database: string;
  readonly serverVersion: string;
  readonly migrations: readonly MigrationRow[];
}

type Options = { readonly signal: AbortSignal };

/** What commands can do with a server's own parts; made in `compose/`. */
export interface ServerControl {
  /** Runs until the signal ends, then drains. Resolves when everything has ended well. */
  readonly serve: (values: ServerValues, options: Options & ServeEvents) => Promise<void>;
  /** Brings the database up to date; the state after it, and the names of those that were applied just now. */
  readonly migrate: (values: ServerValues, options: Options) => Promise<MigrationState & { readonly appliedNow: readonly string[] }>;
  readonly migrationState: (values: ServerValues, options: Options) => Promise<MigrationState>;
  /** @throws AppError `data_dir_locked` where a server has the embedded database to itself */
  readonly diagnose: (values: ServerValues, options: Options) => Promise<Diagnosis>;
  /** Another operator token, and the file of the data directory it is kept in, where there is that directory. */
  readonly makeToken: (
    values: ServerValues,
    options: Options & { readonly revokeOthers: boolean },
  ) => Promise<NewOperatorToken & { readonly keptIn?: string }>;
}
