import { vi } from 'vitest';

/** Asks until the condition no longer throws. The limit is for what never comes; nothing is proved by how long it takes on a busy machine. */
export const until = (condition: () => void): Promise<void> => vi.waitFor(condition, { timeout: 60_000, interval: 25 });
