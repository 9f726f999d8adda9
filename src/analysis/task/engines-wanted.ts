import type { GateThreshold } from '../../domain/severity.ts';
import type { Checkout } from '../../ports/checkout/checkout.ts';
import { selectEngines } from '../prepare-engines.ts';
import { readTargetSettings } from '../target-files.ts';
import { type TaskResultHead, type TaskResultLine, taskResultFormat } from './task-result.ts';

export interface EnginesWanted {
  /** By name, sorted. */
  readonly engines: readonly string[];
  readonly failOn: GateThreshold | undefined;
}

/**
 * Engines that the target's own `sightline.yaml` names; undefined where it names none, and the default ones run.
 * @throws AppError `config_invalid`, `engine_unknown`: as on the command line
 */
export const enginesWantedBy = async (checkout: Checkout): Promise<EnginesWanted | undefined> => {
  const { config } = await readTargetSettings(checkout, undefined, false);
  if (config.engines === undefined) return undefined;
  const engines = await selectEngines(config.engines, [], { history: false });
  return { engines: engines.map(({ name }) => name).sort(), failOn: config.failOn };
};

/** The result of a task whose engine the target does not want: it looked at nothing, and says which ones should. */
export const unwantedResult = (
  { target }: Checkout,
  { engines, failOn }: EnginesWanted,
  given: { readonly failOn?: GateThreshold; readonly allowPartial: boolean; readonly toolVersion: string },
): readonly TaskResultLine[] => {
  const head: TaskResultHead = {
    format: taskResultFormat,
    ...(target.commit === undefined ? {} : { commit: target.commit }),
    ...(target.ref === undefined ? {} : { ref: target.ref }),
    toolVersion: given.toolVersion,
    failOn: given.failOn ?? failOn ?? 'high',
    allowPartial: given.allowPartial,
    engines: [],
    rulesInForce: {},
    warnings: [],
    enginesWanted: engines,
  };
  return [{ line: 'head', ...head }];
};
