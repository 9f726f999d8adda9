import type { ChaosOptions } from './options.ts';
import { chaosText } from './report.ts';
import { type ChaosRun, runChaos } from './run.ts';
import { blindWorkers, makeWeakenedBuild, noEpochGuard, type Weakening } from './weakened-build.ts';

const runWeakened = (
  name: string,
  options: ChaosOptions,
  weakenings: readonly Weakening[],
  say: (text: string) => void,
): Promise<ChaosRun> => {
  say(`-- ${name}`);
  return runChaos(options, { say, program: makeWeakenedBuild(weakenings) });
};

/**
 * Is the harness able to see what it is there to see, and is it the epoch that holds? Workers that never give up a lease must do no harm as long as
 * the server looks at the epoch, and must be found out when it does not.
 */
export const runNegativeControl = async (
  options: ChaosOptions,
  say: (text: string) => void,
): Promise<{ readonly isCaught: boolean; readonly text: string }> => {
  const guarded = await runWeakened('workers that never give up a lease', options, blindWorkers, say);
  const unguarded = await runWeakened('and a server that does not look at the epoch', options, [...blindWorkers, noEpochGuard], say);
  const isCaught = guarded.violations.length === 0 && unguarded.violations.length > 0;
  const text = [
    'Workers that never give up a lease:',
    chaosText(guarded),
    'The same, and a server that does not look at the epoch:',
    chaosText(unguarded),
    isCaught
      ? `caught: ${unguarded.violations.length} violations without the guard, none with it`
      : `NOT AS IT MUST BE: ${guarded.violations.length} violations with the guard, ${unguarded.violations.length} without it`,
  ].join('\n');
  return { isCaught, text };
};
