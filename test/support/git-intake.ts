import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgressEvent } from '../../src/domain/progress.ts';
import { isAppError } from '../../src/lib/errors.ts';
import type { Checkout, CheckoutEnvironment, CheckoutRequest } from '../../src/ports/checkout/checkout.ts';
import { createGitSource } from '../../src/ports/checkout/git/git-source.ts';
import { systemResolver } from '../../src/ports/checkout/git/host-pin.ts';
import type { Reachability } from '../../src/ports/checkout/git/remote.ts';
import { checkoutRequest, refusalOf } from './checkout-request.ts';

export interface Intake {
  readonly scratch: string;
  readonly events: readonly ProgressEvent[];
  readonly open: (target: string, request?: Partial<CheckoutRequest>, signal?: AbortSignal) => Promise<Checkout>;
  /** Opens a target that must be refused; its error as `code: message`, with proof that nothing is left on disk. */
  readonly refusal: (
    target: string,
    request?: Partial<CheckoutRequest>,
    signal?: AbortSignal,
  ) => Promise<{ readonly code: string; readonly message: string; readonly hint: string }>;
  readonly leftovers: () => readonly string[];
  readonly remove: () => void;
}

/** The git adapter with a scratch folder of its own. */
export const createIntake = (given: Partial<Reachability & CheckoutEnvironment> = {}): Intake => {
  const scratch = mkdtempSync(join(tmpdir(), 'intake-test-'));
  const events: ProgressEvent[] = [];
  const { resolveHost = systemResolver, policy = 'typed-host', knownHostsFile, ...environment } = given;
  const source = createGitSource({ resolveHost, policy, ...(knownHostsFile === undefined ? {} : { knownHostsFile }) });
  const open: Intake['open'] = (target, request = {}, signal = new AbortController().signal) =>
    source.open(checkoutRequest(target, { ...request, budgets: { timeoutMs: 300_000, ...request.budgets } }), {
      scratch,
      environment: { searchPath: process.env['PATH'] ?? '', ...environment },
      onProgress: (event) => events.push(event),
      signal,
    });
  const leftovers = (): readonly string[] => readdirSync(scratch);
  return {
    scratch,
    events,
    open,
    leftovers,
    refusal: async (target, request, signal) => {
      const error = await refusalOf(open(target, request, signal));
      if (error === undefined) return { code: 'none', message: 'the target was accepted', hint: '' };
      if (!isAppError(error)) throw error;
      const left = leftovers();
      if (left.length > 0) throw new Error(`left on disk: ${left.join(', ')}`);
      return { code: error.code, message: error.message, hint: error.hint ?? '' };
    },
    remove: () => rmSync(scratch, { recursive: true, force: true }),
  };
};
