import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgressEvent } from '../../src/domain/progress.ts';
import { isAppError } from '../../src/lib/errors.ts';
import { type Checkout, type CheckoutBudgets, type CheckoutRequest, type CheckoutSource } from '../../src/ports/checkout/checkout.ts';
import { checkoutRequest, refusalOf } from './checkout-request.ts';
import { temporaryFolder } from './temporary-folder.ts';

export type LocalRequest = Partial<Omit<CheckoutRequest, 'budgets'>> & { readonly budgets?: Partial<CheckoutBudgets> };

export interface LocalIntake {
  /** For targets; the scratch directory is another one below it. */
  readonly folder: string;
  readonly events: readonly ProgressEvent[];
  readonly write: (name: string, content: string | Buffer) => string;
  readonly open: (target: string, request?: LocalRequest, signal?: AbortSignal) => Promise<Checkout>;
  /** `code` or `code:reason`, and the message; proves that nothing is left, nor written beside the scratch directory. */
  readonly refusal: (
    target: string,
    request?: LocalRequest,
    signal?: AbortSignal,
  ) => Promise<{ readonly code: string; readonly message: string }>;
  readonly leftovers: () => readonly string[];
  readonly remove: () => void;
}

/** An adapter for targets on this machine, with folders of its own. */
export const createLocalIntake = (source: CheckoutSource): LocalIntake => {
  const temporary = temporaryFolder();
  const folder = join(temporary.path, 'targets');
  const scratch = join(temporary.path, 'scratch');
  mkdirSync(folder);
  mkdirSync(scratch);
  const events: ProgressEvent[] = [];
  const open: LocalIntake['open'] = (target, request = {}, signal = new AbortController().signal) =>
    source.open(checkoutRequest(target, { offline: true, ...request }), {
      scratch,
      environment: { searchPath: process.env['PATH'] ?? '' },
      onProgress: (event) => events.push(event),
      signal,
    });
  const leftovers = (): readonly string[] => readdirSync(scratch);
  return {
    folder,
    events,
    open,
    leftovers,
    write: (name, content) => {
      const path = join(folder, name);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
    refusal: async (target, request, signal) => {
      const error = await refusalOf(open(target, request, signal));
      if (error === undefined) return { code: 'none', message: 'the target was accepted' };
      if (!isAppError(error)) throw error;
      if (leftovers().length > 0) throw new Error(`left on disk: ${leftovers().join(', ')}`);
      const beside = readdirSync(temporary.path).filter((name) => name !== 'targets' && name !== 'scratch');
      if (beside.length > 0) throw new Error(`written outside: ${beside.join(', ')}`);
      const reason = error.details['reason'];
      return { code: reason === undefined ? error.code : `${error.code}:${String(reason)}`, message: error.message };
    },
    remove: () => temporary.remove(),
  };
};
