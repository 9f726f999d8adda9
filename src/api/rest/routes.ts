import type { Method, Operation } from '../operation.ts';

/** `/scans/{scan_id}` as the router writes it. */
export const routePath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** Methods that a path does have; empty when there is no such path. */
export const createAllowedMethods = (operations: readonly Operation[]): ((path: string) => readonly Method[]) => {
  const patterns = operations.map(({ method, path }) => ({
    method,
    pattern: new RegExp(`^${path.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));
  return (path) => [...new Set(patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))];
};
