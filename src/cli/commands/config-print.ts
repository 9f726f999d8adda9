import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FlagTexts, type Origin, resolvePart } from '../../config/resolve-settings.ts';
import { type Setting, settingNames, settingsTable } from '../../config/schema.ts';
import { emptyProjectConfig, type ProjectConfig } from '../../domain/project-config.ts';
import { forTerminal, toSafeJson } from '../../lib/text-safety.ts';
import { counted } from '../../report/summary.ts';
import { columnsText } from '../columns.ts';
import type { DefineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { addListOptions, type ListOptions, viewOf } from '../list-options.ts';
import { writeOut } from '../output.ts';
import { warningText } from '../print-error.ts';
import { loadConfigFile } from '../scan-request.ts';
import { addSettingOptions, settingFlags } from '../setting-options.ts';

interface Options extends Readonly<Record<string, unknown>> {
  readonly format: ListOptions['format'];
  readonly config?: string;
  readonly color?: boolean;
}

interface Row {
  readonly key: string;
  readonly value: unknown;
  readonly shown: string;
  readonly origin: Origin;
}

const fileName = 'sightline.yaml';

const projectFile = async (
  context: CliContext,
  named: string | undefined,
): Promise<{ readonly name: string; readonly config: ProjectConfig } | undefined> => {
  if (named !== undefined) return { name: named, config: await loadConfigFile(context, named) };
  const present = await stat(join(context.cwd, fileName)).catch(() => undefined);
  return present === undefined ? undefined : { name: fileName, config: await loadConfigFile(context, fileName) };
};

const settingRows = (
  context: CliContext,
  flags: FlagTexts,
  project: Awaited<ReturnType<typeof projectFile>>,
): { readonly rows: readonly Row[]; readonly warnings: readonly string[] } => {
  const { values, origins, warnings } = resolvePart(settingsTable, context.environment, flags);
  const rows = settingNames.map((name): Row => {
    const setting = settingsTable[name] as Setting;
    const { key } = setting;
    if (name === 'failOn' && origins.failOn.from === 'default' && project?.config.failOn !== undefined) {
      return { key, value: project.config.failOn, shown: project.config.failOn, origin: { from: 'file', name: project.name } };
    }
    const value = values[name];
    const origin = origins[name];
    if (value === undefined) return { key, value: null, shown: `(${setting.defaultText})`, origin };
    if (setting.secret) return { key, value: '***', shown: '***', origin };
    return { key, value, shown: setting.format(value) || `(${setting.defaultText})`, origin };
  });
  return { rows, warnings };
};

/** Settings that only a project's file can make; lists by their size, for the file itself is at hand. */
const projectRows = (project: Awaited<ReturnType<typeof projectFile>>): readonly Row[] => {
  const config = project?.config ?? emptyProjectConfig;
  const origin = (isSet: boolean): Origin => (isSet && project !== undefined ? { from: 'file', name: project.name } : { from: 'default' });
  const { engines, exclude, severities, suppressions } = config;
  return [
    {
      key: 'engines',
      value: engines ?? null,
      shown: engines?.join(', ') ?? '(those that run by default)',
      origin: origin(engines !== undefined),
    },
    { key: 'exclude', value: exclude, shown: exclude.length === 0 ? '(none)' : exclude.join(', '), origin: origin(exclude.length > 0) },
    {
      key: 'severities',
      value: severities,
      shown: counted(Object.keys(severities).length, 'rule'),
      origin: origin(Object.keys(severities).length > 0),
    },
    {
      key: 'suppressions',
      value: suppressions.length,
      shown: counted(suppressions.length, 'entry', 'entries'),
      origin: origin(suppressions.length > 0),
    },
  ];
};

const originText = ({ from, name }: Origin): string => (name === undefined ? from : `${from} ${name}`);

export const defineConfigPrint: DefineCommand = (command, { act }) => {
  addSettingOptions(command, 'Settings, as scan and serve take them:', settingNames);
  addListOptions(command)
    .description(
      `Print every setting in force with the place it comes from: option, environment, ${fileName} of the current folder, or default. Takes the options of other commands that are settings.`,
    )
    .option('--config <file>', `another ${fileName}`)
    .addHelpText('after', '\nValues of secret settings are never shown.\n')
    .action((options: Options) =>
      act(async (context) => {
        const project = await projectFile(context, options.config);
        const { rows, warnings } = settingRows(context, settingFlags(options), project);
        const all = [...rows, ...projectRows(project)];
        const { paint, width } = viewOf(context, options);
        await writeOut(
          context.stderr,
          warnings.map((warning) => warningText(warning, paint)),
          context,
        );
        const text =
          options.format === 'json'
            ? `${toSafeJson({ settings: all.map(({ key, value, origin }) => ({ key, value, from: origin.from, ...(origin.name === undefined ? {} : { name: origin.name }) })) }, 2)}\n`
            : columnsText(
                ['SETTING', 'FROM', 'VALUE'],
                all.map(({ key, shown, origin }) => [key, forTerminal(originText(origin)), forTerminal(shown)]),
                width,
                paint.bold,
              );
        await writeOut(context.stdout, [text], context);
        return 0;
      }),
    );
};
