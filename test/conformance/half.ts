import { createHash } from 'node:crypto';
import type { Half } from './options.ts';

export const halfOf = (ruleId: string): Half => ((createHash('sha256').update(ruleId).digest()[0] ?? 0) % 2 === 0 ? 'dev' : 'held');
