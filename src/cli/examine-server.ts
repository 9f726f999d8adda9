import { type DiagnosisWire, diagnosisShape, toDiagnosisWire } from '../api/wire/diagnosis.ts';
import type { HealthCheck } from '../app/health/health-check.ts';
import { resolvePart } from '../config/resolve-settings.ts';
import { clientSettings } from '../config/schema.ts';
import { engineNames, loadEngine } from '../engines/registry.ts';
import { AppError, isAppError } from '../lib/errors.ts';
import { resolveConnection } from './client/connection.ts';
import { createHttpClient, slowAnswerMs } from './client/http-client.ts';
import type { CliContext } from './context.ts';
import { checkEngine } from './engine-health.ts';
import type { ServerValues } from './server-control.ts';
import { serverValues } from './server-options.ts';
import { settingFlags } from './setting-options.ts';

export type ExamineOptions = Readonly<Record<string, unknown>>;

/** Of this machine, where the server would run its engines. */
const engineChecks = async (context: CliContext): Promise<readonly HealthCheck[]> => {
  const engines = await Promise.all(engineNames.map((name) => loadEngine(name)));
  const results = await Promise.all(engines.filter(({ isDefault }) => isDefault).map((engine) => checkEngine(engine, context)));
  return results.map(({ engine, isUsable, needs }): HealthCheck => {
    const missing = needs.filter(({ isMet }) => !isMet);
    const hint = missing.find((need) => need.hint !== undefined)?.hint;
    return {
      name: `engine ${engine.name}`,
      isOk: isUsable,
      detail: isUsable ? `version ${engine.version}` : missing.map(({ what, detail }) => `${what}: ${detail}`).join('; '),
      ...(hint === undefined ? {} : { hint }),
    };
  });
};

const examineHere = async (context: CliContext, values: ServerValues): Promise<DiagnosisWire> => {
  const control = await context.serverControl();
  const diagnosis = await control.diagnose(values, context);
  const engines = await engineChecks(context);
  const isHealthy = diagnosis.isHealthy && engines.every(({ isOk }) => isOk);
  return toDiagnosisWire({ ...diagnosis, isHealthy, checks: [...diagnosis.checks, ...engines] });
};

const askServer = async (context: CliContext, options: ExamineOptions): Promise<DiagnosisWire> => {
  const connection = await resolveConnection(context, settingFlags(options));
  const client = createHttpClient(connection, context);
  return client.ask(diagnosisShape, { path: '/api/v1/diagnosis', answerWithinMs: slowAnswerMs });
};

/** Who has the database open can say how it is; another server could be at that address, so the token of the data directory must fit. */
const askWhoHasIt = async (context: CliContext, options: ExamineOptions, locked: AppError): Promise<DiagnosisWire> => {
  try {
    return await askServer(context, options);
  } catch (error) {
    if (!isAppError(error, 'server_unreachable') && !isAppError(error, 'unauthenticated')) throw error;
    throw new AppError('data_dir_locked', `${locked.message}, and that process does not answer: ${error.message}`, {
      hint: 'Name the address of that server with --server, or stop it first.',
      cause: error,
    });
  }
};

/**
 * What is said of a server: by itself where it was named, else by its database, which a server that runs on an embedded one has to itself.
 * A server that only a variable names need not run.
 */
export const examineServer = async (context: CliContext, options: ExamineOptions): Promise<DiagnosisWire> => {
  const values = await serverValues(context, options);
  const flags = settingFlags(options);
  const { origins } = resolvePart({ serverUrl: clientSettings.serverUrl }, context.environment, flags);
  const namesStorage = flags.dataDir !== undefined || flags.databaseUrl !== undefined;
  if (origins.serverUrl.from === 'flag') return askServer(context, options);
  if (origins.serverUrl.from === 'env' && !namesStorage) {
    try {
      return await askServer(context, options);
    } catch (error) {
      if (!isAppError(error, 'server_unreachable')) throw error;
    }
  }
  try {
    return await examineHere(context, values);
  } catch (error) {
    if (!isAppError(error, 'data_dir_locked')) throw error;
    return askWhoHasIt(context, options, error);
  }
};
