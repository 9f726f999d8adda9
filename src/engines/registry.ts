import { AppError } from '../lib/errors.ts';
import type { Engine } from './engine.ts';

/** Every engine of this installation. An engine is loaded only when it is asked for. */
const loaders: Readonly<Record<string, () => Promise<Engine>>> = {
  secrets: async () => (await import('./secrets/index.ts')).secretsEngine,
  code: async () => (await import('./code/index.ts')).codeEngine,
  gitleaks: async () => (await import('./gitleaks/index.ts')).gitleaksEngine,
};

export const engineNames: readonly string[] = Object.keys(loaders);

/** @throws AppError `engine_unknown` */
export const loadEngine = async (name: string): Promise<Engine> => {
  const load = loaders[name];
  if (load === undefined || !Object.hasOwn(loaders, name)) {
    throw new AppError('engine_unknown', `there is no engine "${name}"`, { hint: `Known engines: ${engineNames.join(', ')}.` });
  }
  return load();
};
