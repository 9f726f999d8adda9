import { type Role, roles } from '../domain/role.ts';
import { formatListenAddress, type ListenAddress, listenAddressForm, parseListenAddress } from './listen-address.ts';
import { bytes, duration, flag, hosts, integer, type Kind, matching, oneOf, path, setting } from './setting.ts';

const listenAddress: Kind<ListenAddress | 'off'> = {
  form: listenAddressForm,
  parse: parseListenAddress,
  format: formatListenAddress,
};
const roleList: Kind<readonly Role[]> = {
  form: `one or more of ${roles.join(', ')}, separated by commas`,
  parse: (text) => {
    const names = text.toLowerCase().split(',');
    const known = roles.filter((role) => names.some((name) => name.trim() === role));
    return known.length === names.length ? known : undefined;
  },
  format: (names) => names.join(','),
};
/** Minutes since midnight, by the clock of this machine. */
const timeOfDay: Kind<number> = {
  form: 'a time of day such as 00:00 or 23:30',
  parse: (text) => {
    const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
    return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
  },
  format: (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`,
};
const secretText = matching(/^[^\0\r\n]{1,1024}$/, 'text on one line');

const second = 1000;
const hour = 3_600_000;
const day = 24 * hour;

/** The server and its parts. Aliases without the prefix are the names that the systems before this one used; they hold for a server only. */
export const serverSettings = {
  listen: setting<ListenAddress | 'off'>({
    ...listenAddress,
    key: 'server.listen',
    aliases: ['SERVER_ADDRESS', 'PORT'],
    flag: '--listen',
    default: { host: '127.0.0.1', port: 8080 },
    description: 'Where the API listens. Loopback only, as long as there are no accounts.',
  }),
  probesListen: setting<ListenAddress | 'off'>({
    ...listenAddress,
    key: 'server.probes_listen',
    aliases: ['HTTP_PORT'],
    flag: '--probes-listen',
    default: { host: '127.0.0.1', port: 8081 },
    description: 'Where /health and /ready are served beside the API, for an orchestrator.',
  }),
  metricsListen: setting<ListenAddress | 'off'>({
    ...listenAddress,
    key: 'server.metrics_listen',
    aliases: ['METRICS_PORT'],
    flag: '--metrics-listen',
    default: { host: '127.0.0.1', port: 9090 },
    description: 'Where /metrics is served beside the API, for Prometheus.',
  }),
  hostNames: setting<readonly string[]>({
    ...hosts,
    key: 'server.host_names',
    flag: '--host-name',
    default: [],
    defaultText: 'localhost, 127.0.0.1 and [::1]',
    description: 'Names under which people reach the server; a request that names another host is refused.',
  }),
  dataDir: setting<string>({
    ...path,
    key: 'server.data_dir',
    flag: '--data-dir',
    default: 'sightline-data',
    description: 'Folder of the embedded database, the stored objects and the keys; made when it is missing.',
  }),
  roles: setting<readonly Role[]>({
    ...roleList,
    key: 'server.roles',
    flag: '--roles',
    default: roles,
    description: 'What this process does; several processes that share a database may split it.',
  }),
  graceMs: setting<number>({
    ...duration(0, 10 * 60 * second),
    key: 'server.grace',
    flag: '--grace',
    default: 30 * second,
    description: 'How long running tasks and requests may go on after SIGTERM; what is not done by then is handed back.',
  }),
  masterKey: setting<string>({
    ...matching(/^[A-Za-z0-9+/]{43}=$/, '32 bytes in base64'),
    key: 'server.master_key',
    default: undefined,
    defaultText: 'keys/master.key of the data directory',
    secret: true,
    description: 'Key that all other keys of the instance are derived from; processes on several machines need the same.',
  }),
  databaseUrl: setting<string>({
    ...matching(/^postgres(?:ql)?:\/\/[^\s\0]{1,2000}$/, 'postgres://USER:PASSWORD@HOST:PORT/DATABASE'),
    key: 'database.url',
    aliases: ['DATABASE_URL'],
    flag: '--database-url',
    default: undefined,
    defaultText: 'the embedded database of the data directory',
    secret: true,
    description: 'A PostgreSQL server, 15 or newer. A password is safer in the variable, for other users can see arguments.',
  }),
  databaseHost: setting<string>({
    ...matching(/^[A-Za-z0-9._:/-]{1,253}$/, 'a host name, an address or the folder of a socket'),
    key: 'database.host',
    aliases: ['DB_HOST'],
    default: undefined,
    defaultText: 'that of database.url',
    description: 'Makes a database.url together with the five settings below, where there is none.',
  }),
  databasePort: setting<number>({
    ...integer(1, 65_535),
    key: 'database.port',
    aliases: ['DB_PORT'],
    default: 5432,
    description: 'Port of database.host.',
  }),
  databaseUser: setting<string>({
    ...secretText,
    key: 'database.user',
    aliases: ['DB_USER'],
    default: 'sightline',
    description: 'User at database.host.',
  }),
  databasePassword: setting<string>({
    ...secretText,
    key: 'database.password',
    aliases: ['DB_PASSWORD'],
    default: undefined,
    defaultText: 'none',
    secret: true,
    description: 'Password of database.user.',
  }),
  databaseName: setting<string>({
    ...secretText,
    key: 'database.name',
    aliases: ['DB_NAME'],
    default: 'sightline',
    description: 'Database at database.host.',
  }),
  databaseSslMode: setting<string>({
    ...oneOf(['disable', 'prefer', 'require', 'verify-ca', 'verify-full']),
    key: 'database.sslmode',
    aliases: ['DB_SSLMODE'],
    default: undefined,
    defaultText: 'disable',
    description: 'How the connection to database.host is protected. prefer takes TLS where the server offers it, and clear text elsewhere.',
  }),
  databaseMaxConnections: setting<number>({
    ...integer(2, 1000),
    key: 'database.max_connections',
    aliases: ['DB_MAX_CONNS'],
    default: 10,
    description: 'Most connections of this process to a PostgreSQL server.',
  }),
  maxActiveScans: setting<number>({
    ...integer(1, 1_000_000),
    key: 'queue.max_active_scans',
    default: 50_000,
    description: 'Scans of one organisation that may wait or run at once; more are refused with 429.',
  }),
  leaseMs: setting<number>({
    ...duration(500, 10 * 60 * second),
    key: 'queue.lease',
    default: 15 * second,
    description: 'How long a worker holds a task without a sign of life; then others may have it.',
  }),
  maxAttempts: setting<number>({
    ...integer(1, 100),
    key: 'queue.max_attempts',
    default: 3,
    description: 'How often a task is tried before it is a dead letter.',
  }),
  taskTimeoutMs: setting<number>({
    ...duration(second, day),
    key: 'queue.task_timeout',
    default: 30 * 60 * second,
    description: 'Longest time one attempt of a task may take.',
  }),
  scanTimeoutMs: setting<number>({
    ...duration(second, 30 * day),
    key: 'queue.scan_timeout',
    default: day,
    description: 'Longest time from accepting a scan to its end.',
  }),
  maxUploadBytes: setting<number>({
    ...bytes(1024, 1024 ** 4),
    key: 'artifacts.max_upload_size',
    default: 1024 ** 3,
    description: 'Most bytes of one uploaded archive or SARIF log.',
  }),
  maxPendingUploads: setting<number>({
    ...integer(1, 1_000_000),
    key: 'artifacts.max_pending',
    default: 1000,
    description: 'Uploads of one organisation that may be announced and not have arrived; more are refused with 429.',
  }),
  maxPendingUploadBytes: setting<number>({
    ...bytes(1024, 1024 ** 5),
    key: 'artifacts.max_pending_size',
    default: 64 * 1024 ** 3,
    description: 'Most bytes of those uploads together.',
  }),
  uploadUrlMs: setting<number>({
    ...duration(60 * second, 30 * day),
    key: 'artifacts.upload_url_lifetime',
    default: day,
    description: 'How long a signed URL to upload to is good.',
  }),
  downloadUrlMs: setting<number>({
    ...duration(60 * second, 30 * day),
    key: 'artifacts.download_url_lifetime',
    default: hour,
    description: 'How long a signed URL to download from is good.',
  }),
  retentionEnabled: setting<boolean>({
    ...flag,
    key: 'retention.enabled',
    aliases: ['ENABLE_CLEANER'],
    default: true,
    description: 'Remove old scans every day.',
  }),
  retentionMs: setting<number>({
    ...duration(day, 3650 * day),
    key: 'retention.keep',
    default: 90 * day,
    description: 'How long ended scans are kept, with their findings and artifacts.',
  }),
  keepLatest: setting<boolean>({
    ...flag,
    key: 'retention.keep_latest',
    flag: '--keep-latest',
    default: true,
    description: 'Keep the newest complete scan of each project and branch whatever its age.',
  }),
  eventRetentionMs: setting<number>({
    ...duration(day, 3650 * day),
    key: 'retention.keep_events',
    default: 30 * day,
    description: 'How long events are kept for those who follow them.',
  }),
  retentionAtMinute: setting<number>({
    ...timeOfDay,
    key: 'retention.at',
    default: 0,
    description: 'When the cleaner runs, local time.',
  }),
  workerSlots: setting<number>({
    ...integer(1, 1024),
    key: 'worker.slots',
    aliases: ['MANAGER_NUM_WORKERS'],
    flag: '--slots',
    default: undefined,
    defaultText: 'one for each processor',
    description: 'Tasks that the worker of this process runs at once.',
  }),
  workerName: setting<string>({
    ...matching(/^[A-Za-z0-9._@-]{1,200}$/, '1 to 200 letters, digits, dots, hyphens or underscores'),
    key: 'worker.name',
    default: undefined,
    defaultText: 'the host name and process id',
    description: 'Name of this worker in lists.',
  }),
  scratchDir: setting<string>({
    ...path,
    key: 'worker.scratch_dir',
    aliases: ['FETCH_DIR'],
    default: undefined,
    defaultText: 'scratch/ of the data directory',
    description: 'Where repositories and archives are unpacked while they are scanned.',
  }),
  logLevel: setting<'debug' | 'info' | 'warn' | 'error'>({
    ...oneOf(['debug', 'info', 'warn', 'error']),
    key: 'log.level',
    aliases: ['LOG_LEVEL'],
    flag: '--log-level',
    default: 'info',
    description: 'Least important lines of the log that are written.',
  }),
  logFormat: setting<'json' | 'text'>({
    ...oneOf(['json', 'text']),
    key: 'log.format',
    aliases: ['LOG_FORMAT'],
    flag: '--log-format',
    default: undefined,
    defaultText: 'text on a terminal, else json',
    description: 'How the log is written.',
  }),
} as const;
