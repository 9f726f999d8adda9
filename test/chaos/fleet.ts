import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment } from '../support/run-cli.ts';

export type MemberRole = 'server' | 'worker' | 'all';

/** How one process is started, every time anew. */
export interface MemberPlan {
  readonly name: string;
  readonly role: MemberRole;
  readonly args: readonly string[];
  /** Where its API is, when it has one. */
  readonly url?: string;
}

/** One process of the server, which is started again whenever it has died. */
export interface Member extends MemberPlan {
  /** Of a process that runs, said that it is up, and is not paused. */
  readonly readyPid: () => number | undefined;
  readonly kill: () => void;
  /** Stops it for so long; it is not there for other faults meanwhile. */
  readonly pause: (forMs: number) => Promise<void>;
}

export interface Fleet {
  readonly members: readonly Member[];
  /** Resolves when every process has said that it is up. */
  readonly ready: () => Promise<void>;
  /** SIGTERM to all of a role; resolves when they have ended, with what was wrong with that. */
  readonly stop: (roles: readonly MemberRole[]) => Promise<readonly string[]>;
  /** Processes that ended although nobody killed them. */
  readonly unasked: () => readonly string[];
  /** Starts that failed, as they may while the database is away, and were tried again. */
  readonly failedStarts: () => number;
  /** SIGKILL to what is left, whatever the state of things. */
  readonly abandon: () => void;
}

export interface FleetOptions {
  readonly launcher: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly members: readonly MemberPlan[];
  /** For a process to come up, and for one to end when it is asked to. */
  readonly patienceMs: number;
}

const startedLine = /"message":"server started"/;

interface Running extends Member {
  readonly start: () => void;
  readonly terminate: () => Promise<string | undefined>;
  readonly abandon: () => void;
  readonly isReady: () => boolean;
}

export const createFleet = ({ launcher, folder, env, members: plans, patienceMs }: FleetOptions): Fleet => {
  const unasked: string[] = [];
  let failedStarts = 0;
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });

  const createMember = (plan: MemberPlan): Running => {
    const log = createWriteStream(join(logs, `${plan.name}.log`), { flags: 'a' });
    let child: ChildProcess | undefined;
    let isUp = false;
    let isPaused = false;
    let isWanted = true;
    let wasKilled = false;
    let ended: Promise<string> = Promise.resolve('');

    const start = (): void => {
      isUp = false;
      wasKilled = false;
      const started = spawn(launcher, ['serve', ...plan.args], {
        cwd: folder,
        env: { ...cleanEnvironment(), ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      log.write(`-- started as ${started.pid ?? 'nothing'}\n`);
      createInterface({ input: started.stdout }).on('line', (line) => {
        log.write(`${line}\n`);
        if (startedLine.test(line)) isUp = true;
      });
      started.stderr.on('data', (bytes: Buffer) => void log.write(bytes));
      ended = new Promise((resolve) => {
        started.once('exit', (code, signal) => {
          const how = signal ?? `exit code ${code ?? 'unknown'}`;
          log.write(`-- ended: ${how}\n`);
          if (isWanted) comeBack(how);
          isUp = false;
          resolve(how);
        });
      });
    };
    const comeBack = (how: string): void => {
      if (!wasKilled) {
        if (isUp) unasked.push(`${plan.name} ended by itself: ${how}`);
        else failedStarts += 1;
      }
      setTimeout(() => {
        if (isWanted) start();
      }, 200);
    };
    const signal = (name: NodeJS.Signals): void => void child?.kill(name);
    const readyPid = (): number | undefined => (isUp && !isPaused && child?.exitCode === null && !wasKilled ? child.pid : undefined);
    return {
      ...plan,
      start,
      readyPid,
      isReady: () => readyPid() !== undefined,
      kill: () => {
        wasKilled = true;
        signal('SIGKILL');
      },
      pause: async (forMs) => {
        isPaused = true;
        const paused = child;
        paused?.kill('SIGSTOP');
        await sleep(forMs);
        paused?.kill('SIGCONT');
        isPaused = false;
      },
      terminate: async () => {
        isWanted = false;
        signal('SIGTERM');
        const timeout = sleep(patienceMs, 'nothing for too long', { ref: false });
        const how = await Promise.race([ended, timeout]);
        if (how !== 'exit code 0') signal('SIGKILL');
        return how === 'exit code 0' || how === '' ? undefined : `${plan.name} was asked to stop and answered with ${how}`;
      },
      abandon: () => {
        isWanted = false;
        signal('SIGCONT');
        signal('SIGKILL');
      },
    };
  };

  const members = plans.map(createMember);
  for (const member of members) member.start();
  return {
    members,
    ready: async () => {
      const deadline = Date.now() + patienceMs;
      while (!members.every((member) => member.isReady())) {
        if (Date.now() > deadline) throw new Error(`not all processes came up; see the logs in ${logs}`);
        await sleep(50);
      }
    },
    stop: async (roles) => {
      const ends = await Promise.all(members.filter(({ role }) => roles.includes(role)).map((member) => member.terminate()));
      return ends.filter((end) => end !== undefined);
    },
    unasked: () => unasked,
    failedStarts: () => failedStarts,
    abandon: () => {
      for (const member of members) member.abandon();
    },
  };
};
