import type { Tx, TxOptions } from './tx.ts';

/** Sees every organisation. The layer check limits who may import this file: scheduler, retention, health, migrations. */
export interface SystemTx extends Tx {
  readonly door: 'system';
}

export interface SystemDb {
  readonly transaction: <Result>(work: (tx: SystemTx) => Promise<Result>, options: TxOptions) => Promise<Result>;
}
