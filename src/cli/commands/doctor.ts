import type { InvariantResult } from '../../app/health/check-invariants.ts';
import type { HealthCheck } from '../../app/health/health-check.ts';
import { engineNames, loadEngine } from '../../engines/registry.ts';
import { forTerminal, toSafeJson } from '../../lib/text-safety.ts';
import type { DefineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { checkEngine } from '../engine-health.ts';
import { addListOptions, type ListOptions, viewOf } from '../list-options.ts';
import { writeOut } from '../output.ts';
import { addStorageOptions, serverValues } from '../server-options.ts';
import type { Paint } from '../terminal.ts';

type Options = ListOptions & Readonly<Record<string, unknown>>;

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

const checkText = ({ name, isOk, detail, hint }: HealthCheck, paint: Paint): string => {
  const line = `  ${isOk ? paint.green('ok    ') : paint.red('failed')}  ${forTerminal(name)}: ${forTerminal(detail)}\n`;
  return hint === undefined ? line : `${line}          ${forTerminal(hint)}\n`;
};

const invariantText = ({ id, promise, offenders, hasMore }: InvariantResult, paint: Paint): string => {
  if (offenders.length === 0) return `  ${paint.green('ok    ')}  ${id}\n`;
  const lines = offenders.map((what) => `            ${forTerminal(what)}\n`).join('');
  return `  ${paint.red('broken')}  ${id}: ${promise}\n${lines}${hasMore ? '            ...\n' : ''}`;
};

const doctor = async (context: CliContext, options: Options): Promise<number> => {
  const values = await serverValues(context, options);
  const control = await context.serverControl();
  const [engines, diagnosis] = await Promise.all([engineChecks(context), control.diagnose(values, context)]);
  const checks = [...diagnosis.checks, ...engines];
  const isHealthy = diagnosis.isHealthy && engines.every(({ isOk }) => isOk);
  const { paint } = viewOf(context, options);
  const versions = { sightline: context.toolVersion, node: process.versions.node, platform: `${process.platform}-${process.arch}` };
  if (options.format === 'json') {
    const report = {
      is_healthy: isHealthy,
      versions,
      checks: checks.map(({ name, isOk, detail, hint }) => ({ name, is_ok: isOk, detail, hint: hint ?? null })),
      invariants: diagnosis.invariants.map(({ id, promise, offenders, hasMore }) => ({ id, promise, offenders, has_more: hasMore })),
    };
    await writeOut(context.stdout, [toSafeJson(report, 2), '\n'], context);
  } else {
    const promises = diagnosis.invariants.map((result) => invariantText(result, paint));
    await writeOut(
      context.stdout,
      [
        `Sightline ${versions.sightline} on Node.js ${versions.node}, ${versions.platform}\n`,
        `${paint.bold('Parts')}\n`,
        ...checks.map((check) => checkText(check, paint)),
        ...(promises.length === 0 ? [] : [`${paint.bold('What the database must always say')}\n`, ...promises]),
      ],
      context,
    );
  }
  return isHealthy ? 0 : 2;
};

export const defineDoctor: DefineCommand = (command, { act }) => {
  addListOptions(
    command.description(
      'Check a server and its data: database, migrations, disk, engines, and whether what is stored keeps the promises of the server. Changes nothing.',
    ),
  );
  addStorageOptions(command);
  command
    .addHelpText(
      'after',
      `
The embedded database has one user at a time: stop the server first, or run
this against PostgreSQL, where it may run beside it.

Exit codes: 0 when all is well, 2 when something is not.
`,
    )
    .action((options: Options) => act((context) => doctor(context, options)));
};
