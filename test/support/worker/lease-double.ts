import type {
  FailRequest,
  LeasedSource,
  LeasedTask,
  LeaseName,
  LeaseService,
  RegisterRequest,
  WorkerLogLine,
} from '../../../src/domain/lease-service.ts';

/** A task as the stand-in for the server keeps it. */
export interface DoubleTask {
  readonly id: string;
  readonly kind: 'scan' | 'import';
  readonly source: LeasedSource;
  readonly engine: string;
  readonly shard: number;
  readonly shardCount: number;
  readonly timeoutMs: number;
  state: 'queued' | 'leased' | 'succeeded' | 'failed' | 'cancelled';
  epoch: number;
  workerId: string;
  expiresAtMs: number;
  resultKey?: string;
  failure?: FailRequest;
}

export interface LeaseDouble {
  readonly service: LeaseService;
  readonly tasks: readonly DoubleTask[];
  readonly add: (
    task: Partial<Pick<DoubleTask, 'kind' | 'engine' | 'shard' | 'shardCount' | 'timeoutMs'>> & { readonly source: LeasedSource },
  ) => DoubleTask;
  readonly cancel: (task: DoubleTask) => void;
  /** Of leases that are given from now on; what a worker was told when it registered stays. */
  readonly setLeaseMs: (leaseMs: number) => void;
  /** Ends the lease of a task as if nobody had renewed it in time. */
  readonly runOut: (task: DoubleTask) => void;
  /** Every message about a lease, the oldest first: `commit 1`. */
  readonly calls: readonly string[];
  readonly log: readonly WorkerLogLine[];
  readonly registrations: readonly RegisterRequest[];
  readonly workersLeft: readonly string[];
  readonly pinned: () => string | undefined;
}

const organizationId = '01900000-0000-7000-8000-000000000001';

/** The server's side of `LeaseService` in memory, for tests of workers: leases expire when somebody looks. */
export const createLeaseDouble = (initial: { readonly leaseMs: number }): LeaseDouble => {
  let { leaseMs } = initial;
  const tasks: DoubleTask[] = [];
  const calls: string[] = [];
  const log: WorkerLogLine[] = [];
  const registrations: RegisterRequest[] = [];
  const workersLeft: string[] = [];
  let pinned: string | undefined;

  const expire = (): void => {
    for (const task of tasks) if (task.state === 'leased' && Date.now() > task.expiresAtMs) task.state = 'queued';
  };
  const heldBy = ({ taskId, epoch, workerId }: LeaseName): DoubleTask | undefined => {
    expire();
    return tasks.find((task) => task.id === taskId && task.epoch === epoch && task.workerId === workerId && task.state === 'leased');
  };
  const named = ({ taskId }: LeaseName): DoubleTask | undefined => tasks.find((task) => task.id === taskId);

  const lease = (task: DoubleTask, workerId: string): LeasedTask => {
    Object.assign(task, { state: 'leased', epoch: task.epoch + 1, workerId, expiresAtMs: Date.now() + leaseMs });
    const { engine, shard, shardCount, source, timeoutMs, epoch } = task;
    const commit = source.type === 'git' && pinned !== undefined ? { commit: pinned } : {};
    return {
      lease: { organizationId, taskId: task.id, workerId, epoch },
      leaseMs,
      scanId: 'scan',
      projectId: 'project',
      kind: task.kind,
      engine,
      shard,
      shardCount,
      source: { ...source, ...commit },
      options: {},
      timeoutMs,
      attempt: epoch,
    };
  };

  const service: LeaseService = {
    register: async (request) => {
      registrations.push(request);
      return { leaseMs, heartbeatMs: leaseMs / 3 };
    },
    claim: async ({ workerId, slots }) => {
      expire();
      return tasks
        .filter((task) => task.state === 'queued')
        .slice(0, slots)
        .map((task) => lease(task, workerId));
    },
    heartbeat: async ({ leases }) => ({
      known: true,
      leases: leases.map(({ lease: name, log: lines }) => {
        log.push(...lines);
        const held = heldBy(name);
        if (held !== undefined) held.expiresAtMs = Date.now() + leaseMs;
        const state = held !== undefined ? 'held' : named(name)?.state === 'cancelled' ? 'cancel' : 'lost';
        return { taskId: name.taskId, epoch: name.epoch, state };
      }),
    }),
    pin: async (request) => {
      if (heldBy(request) === undefined) return { state: 'lost' };
      pinned ??= request.commit;
      return { state: 'pinned', commit: pinned };
    },
    openSecrets: async (name) =>
      heldBy(name) === undefined ? undefined : { hmacKey: { id: 'test', key: Buffer.alloc(32, 7).toString('base64') } },
    commit: async (request) => {
      calls.push(`commit ${request.epoch}`);
      const task = named(request);
      if (task?.state === 'succeeded' && task.resultKey === request.resultKey) return { state: 'committed' };
      if (task?.state === 'cancelled') return { state: 'cancelled' };
      const held = heldBy(request);
      if (held === undefined) return { state: 'fenced' };
      Object.assign(held, { state: 'succeeded', resultKey: request.resultKey });
      return { state: 'committed' };
    },
    fail: async (request) => {
      calls.push(`fail ${request.epoch} ${request.code}`);
      const held = heldBy(request);
      if (held === undefined) return { state: 'fenced' };
      Object.assign(held, { state: 'failed', failure: request });
      return { state: 'dead' };
    },
    release: async (name) => {
      calls.push(`release ${name.epoch}`);
      const held = heldBy(name);
      if (held === undefined) return 'lost';
      held.state = 'queued';
      return 'released';
    },
    deregister: async ({ workerId }) => void workersLeft.push(workerId),
  };

  return {
    service,
    tasks,
    calls,
    log,
    registrations,
    workersLeft,
    pinned: () => pinned,
    add: (given) => {
      const task: DoubleTask = {
        id: `01900000-0000-7000-9000-${String(tasks.length).padStart(12, '0')}`,
        kind: 'scan',
        engine: 'secrets',
        shard: 0,
        shardCount: 1,
        timeoutMs: 600_000,
        ...given,
        state: 'queued',
        epoch: 0,
        workerId: '',
        expiresAtMs: 0,
      };
      tasks.push(task);
      return task;
    },
    cancel: (task) => {
      task.state = 'cancelled';
    },
    setLeaseMs: (ms) => {
      leaseMs = ms;
    },
    runOut: (task) => {
      task.expiresAtMs = 0;
    },
  };
};
