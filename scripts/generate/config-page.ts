import type { Setting } from '../../src/config/schema.ts';
import { code, markdownTable } from './markdown-table.ts';

export const configPage = async (): Promise<string> => {
  const { settingNames, settingsTable } = await import('../../src/config/schema.ts');
  const { projectKeys } = await import('../../src/config/project.ts');
  const { conventionalVariables } = await import('../../src/config/load.ts');
  const settings = settingNames.map((name): Setting => settingsTable[name] as Setting);
  const standard = (setting: Setting): string =>
    setting.default === undefined || setting.defaultText !== undefined
      ? (setting.defaultText ?? '')
      : code(setting.format(setting.default));
  const rows = settings.map((setting) => [
    code(setting.key),
    [setting.env, ...setting.aliases].map(code).join(', '),
    code(setting.flag ?? ''),
    code(setting.projectKey ?? ''),
    standard(setting),
    `${setting.description} Takes ${setting.form}.${setting.secret ? ` Secret: never printed${setting.flag === undefined ? ', has no flag' : ''}.` : ''}`,
  ]);
  return `# Settings

A flag wins over an environment variable, a variable over the project's \`sightline.yaml\`, that over the default. \`sightline config print\`
shows each value in force and where it comes from. The rows after \`cache.dir\` concern the server and the commands that talk to it. An unknown variable that begins with \`SIGHTLINE_\` gets a warning, an unknown flag or
key is an error.

${markdownTable(['key', 'variable', 'flag', 'sightline.yaml', 'default', 'meaning'], rows)}

## sightline.yaml

Read from the root of the scanned tree, or given with \`--config\`.

${markdownTable(
  ['key', 'takes', 'meaning'],
  projectKeys.map(({ key, form, description }) => [code(key), form, description]),
)}

## Variables of other conventions

${markdownTable(
  ['variable', 'meaning'],
  conventionalVariables.map(({ name, description }) => [code(name), description]),
)}
`;
};
