import type { SystemDb } from '../../store/system-tx.ts';
import type { AppDependencies } from '../dependencies.ts';

/** Claims, heartbeats and the reaper act for every organisation at once. */
export type LeaseDependencies = AppDependencies & { readonly system: SystemDb };
