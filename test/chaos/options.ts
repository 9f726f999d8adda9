import { parseArgs } from 'node:util';

export interface ChaosOptions {
  readonly database: 'postgres' | 'embedded';
  /** Tasks that are submitted at least. */
  readonly tasks: number;
  /** SIGKILL of worker processes; with the embedded database there are none apart. */
  readonly workerKills: number;
  /** SIGKILL of processes with the API and the scheduler; with the embedded database, of the one process. */
  readonly serverKills: number;
  /** SIGSTOP for longer than a lease, then SIGCONT. */
  readonly pauses: number;
  readonly databaseRestarts: number;
  readonly leaseMs: number;
  readonly seed: number;
  readonly negativeControl: boolean;
  /** Leaves the folder of the run, with logs and data. */
  readonly keep: boolean;
  readonly json: boolean;
}

export const usage = `npm run chaos -- [options]

Kills, pauses and restarts the real processes of a server under load, then asks whether anything was lost, doubled or left behind.

  --database postgres|embedded   default postgres: a cluster of its own, with fsync
  --short                        a run of under a minute
  --tasks N                      tasks to submit at least
  --kills N                      workers to kill
  --server-kills N               API and scheduler processes to kill; with the embedded database, the one process
  --pauses N                     processes to stop for longer than a lease
  --database-restarts N          crashes of PostgreSQL
  --lease-ms N                   default 2000, for the negative control 1500
  --seed N                       repeats the plan of a run
  --negative-control             runs builds whose guards are taken out, and passes when the harness notices
  --keep                         leaves the folder of the run
  --json                         the report as JSON on standard output

Exit code: 0 every promise was kept, 1 one was broken, 4 wrong usage.
`;

type Amounts = Pick<ChaosOptions, 'tasks' | 'workerKills' | 'serverKills' | 'pauses' | 'databaseRestarts'>;
/** Late results are what the guard is there for, and pauses make them. */
const pausesOnly: Amounts = { tasks: 40, workerKills: 0, serverKills: 0, pauses: 12, databaseRestarts: 0 };
const amounts: Readonly<Record<'full' | 'short' | 'control', Readonly<Record<ChaosOptions['database'], Amounts>>>> = {
  control: { postgres: pausesOnly, embedded: pausesOnly },
  full: {
    postgres: { tasks: 1050, workerKills: 100, serverKills: 10, pauses: 12, databaseRestarts: 3 },
    embedded: { tasks: 200, workerKills: 0, serverKills: 20, pauses: 4, databaseRestarts: 0 },
  },
  short: {
    postgres: { tasks: 30, workerKills: 4, serverKills: 1, pauses: 2, databaseRestarts: 1 },
    embedded: { tasks: 16, workerKills: 0, serverKills: 2, pauses: 1, databaseRestarts: 0 },
  },
};

const count = (name: string, text: string | undefined, fallback: number): number => {
  if (text === undefined) return fallback;
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`--${name}: expected a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
};

/** @throws Error for what cannot be understood */
export const parseOptions = (args: readonly string[]): ChaosOptions | 'help' => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      database: { type: 'string', default: 'postgres' },
      short: { type: 'boolean', default: false },
      tasks: { type: 'string' },
      kills: { type: 'string' },
      'server-kills': { type: 'string' },
      pauses: { type: 'string' },
      'database-restarts': { type: 'string' },
      'lease-ms': { type: 'string' },
      seed: { type: 'string' },
      'negative-control': { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const { database } = values;
  if (database !== 'postgres' && database !== 'embedded') throw new RangeError('--database: expected postgres or embedded');
  const isControl = values['negative-control'];
  const defaults = amounts[isControl ? 'control' : values.short ? 'short' : 'full'][database];
  const options: ChaosOptions = {
    database,
    tasks: count('tasks', values.tasks, defaults.tasks),
    workerKills: count('kills', values.kills, defaults.workerKills),
    serverKills: count('server-kills', values['server-kills'], defaults.serverKills),
    pauses: count('pauses', values.pauses, defaults.pauses),
    databaseRestarts: count('database-restarts', values['database-restarts'], defaults.databaseRestarts),
    leaseMs: count('lease-ms', values['lease-ms'], isControl ? 1500 : 2000),
    seed: count('seed', values.seed, Math.floor(Math.random() * 1e9)),
    negativeControl: isControl,
    keep: values.keep,
    json: values.json,
  };
  if (database === 'embedded' && options.workerKills + options.databaseRestarts > 0) {
    throw new RangeError('the embedded database has one process: only --server-kills and --pauses');
  }
  return options;
};
