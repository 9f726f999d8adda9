import { textField } from './fields.ts';
import type { Reading } from './reading.ts';
import type { YamlMap } from './yaml-tree.ts';

/** The release of Semgrep whose rule language this is; `min-version` and `max-version` of rules are held against it. */
export const semgrepLevel = '1.182.0';

type Version = readonly [number, number, number];

const parseVersion = (text: string): Version | undefined => {
  const found = /^v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?$/.exec(text.trim());
  return found === null ? undefined : [Number(found[1]), Number(found[2] ?? 0), Number(found[3] ?? 0)];
};

const compare = (a: Version, b: Version): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

/** Says that a rule is for another release than the one whose language we speak. */
export const checkVersions = (reading: Reading, rule: YamlMap): void => {
  const level = parseVersion(semgrepLevel) ?? [0, 0, 0];
  for (const name of ['min-version', 'max-version']) {
    const text = textField(reading, rule, name);
    if (text === undefined) continue;
    const version = parseVersion(text);
    if (version === undefined) {
      reading.problem(
        rule.entries.get(name)?.value.at ?? rule.at,
        `"${name}" must be a version like "1.50.0", but is "${text.slice(0, 40)}"`,
      );
    } else if (name === 'min-version' ? compare(version, level) > 0 : compare(version, level) < 0) {
      const bound = name === 'min-version' ? 'at least' : 'at most';
      reading.lacks(name, `The rule is for ${bound} Semgrep ${text.trim()}; Sightline reads the rule language of ${semgrepLevel}.`);
    }
  }
};
