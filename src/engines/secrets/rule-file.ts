import { parse, TomlError } from 'smol-toml';
import { confidences, type Severity, severities } from '../../domain/severity.ts';
import { AppError } from '../../lib/errors.ts';
import {
  type ConfigSource,
  choiceField,
  countField,
  type Fields,
  fieldsOf,
  flagField,
  invalid,
  numberField,
  type Place,
  tablesIn,
  textField,
  textsField,
  warnUnknown,
} from './config-fields.ts';
import type { AllowlistSpec, RequiredSpec, RulePresentation } from './rule-spec.ts';

/** A rule as one file states it; absent fields may come from the file it extends. */
export interface PartialRule {
  readonly id: string;
  readonly place: Place;
  readonly description?: string;
  readonly regex?: string;
  readonly path?: string;
  readonly keywords: readonly string[];
  readonly entropy?: number;
  readonly secretGroup?: number;
  readonly skipReport: boolean;
  readonly tags: readonly string[];
  readonly allowlists: readonly AllowlistSpec[];
  readonly required: readonly RequiredSpec[];
  readonly windowBytes?: number;
  readonly severityInTests?: Severity | 'off';
  readonly isFallback: boolean;
  readonly presentation: Partial<Omit<RulePresentation, 'tags'>>;
}

export interface TargetedAllowlist {
  readonly spec: AllowlistSpec;
  readonly targetRules: readonly string[];
  readonly place: Place;
}

export interface RuleFile {
  readonly source: ConfigSource;
  readonly extend?: { readonly useDefault: boolean; readonly path?: string; readonly disabledRules: readonly string[] };
  readonly rules: readonly PartialRule[];
  readonly allowlists: readonly TargetedAllowlist[];
}

const topKeys = ['title', 'description', 'minversion', 'extend', 'rules', 'allowlist', 'allowlists'];
const extendKeys = ['usedefault', 'path', 'url', 'disabledrules'];
const ruleKeys = [
  'id',
  'description',
  'regex',
  'path',
  'keywords',
  'entropy',
  'secretgroup',
  'tags',
  'allowlist',
  'allowlists',
  'required',
  'skipreport',
  'sightline',
];
const allowlistKeys = ['description', 'condition', 'commits', 'paths', 'regexes', 'regextarget', 'stopwords'];
const extensionKeys = [
  'severity',
  'severity_in_tests',
  'confidence',
  'cwe',
  'help',
  'url',
  'match',
  'no_match',
  'window',
  'fallback',
  'path_example',
];
/** Largest window a rule may ask for. */
const maxWindowBytes = 1024 * 1024;

const readAllowlist = (place: Place, fields: Fields, extraKeys: readonly string[] = []): AllowlistSpec => {
  warnUnknown(place, fields, [...allowlistKeys, ...extraKeys]);
  const condition = (textField(place, fields, 'condition') ?? 'OR').toUpperCase();
  if (!['OR', '||', '', 'AND', '&&'].includes(condition))
    throw invalid(place, 'condition', `unknown allowlist condition "${condition}"; use "AND" or "OR"`);
  const spec: AllowlistSpec = {
    condition: condition === 'AND' || condition === '&&' ? 'AND' : 'OR',
    commits: textsField(place, fields, 'commits').map((commit) => commit.trim().toLowerCase()),
    paths: textsField(place, fields, 'paths'),
    regexes: textsField(place, fields, 'regexes'),
    regexTarget: choiceField(place, fields, 'regexTarget', ['secret', 'match', 'line'] as const) ?? 'secret',
    stopwords: textsField(place, fields, 'stopwords').map((word) => word.toLowerCase()),
  };
  if (spec.commits.length + spec.paths.length + spec.regexes.length + spec.stopwords.length === 0) {
    throw invalid(place, 'allowlist', 'an allowlist needs at least one of commits, paths, regexes or stopwords');
  }
  return spec;
};

/** The list form and the older single table, which exclude each other. */
const allowlistTables = (place: Place, fields: Fields): readonly Fields[] => {
  const old = fields.get('allowlist');
  const list = Array.isArray(old) ? [...tablesIn(place, 'allowlist', old)] : old === undefined ? [] : [fieldsOf(place, 'allowlist', old)];
  const current = tablesIn(place, 'allowlists', fields.get('allowlists'));
  if (list.length > 0 && current.length > 0)
    throw invalid(place, 'allowlist', '"allowlist" is the old form and cannot stand beside "allowlists"');
  return [...list, ...current];
};

const readPresentation = (place: Place, fields: Fields): PartialRule['presentation'] => {
  const severity = choiceField(place, fields, 'severity', severities);
  const confidence = choiceField(place, fields, 'confidence', confidences);
  const help = textField(place, fields, 'help');
  const helpUrl = textField(place, fields, 'url');
  if (helpUrl !== undefined && !/^https?:\/\/[^\s<>"]+$/.test(helpUrl))
    throw invalid(place, 'url', '"url" must be an http or https address');
  const examplePath = textField(place, fields, 'path_example');
  const cwe = fields.has('cwe') ? textsField(place, fields, 'cwe') : undefined;
  if (cwe?.some((id) => !/^CWE-[1-9]\d{0,4}$/.test(id)) === true) throw invalid(place, 'cwe', '"cwe" must hold ids like CWE-798');
  return {
    ...(severity === undefined ? {} : { severity }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(help === undefined ? {} : { help }),
    ...(helpUrl === undefined ? {} : { helpUrl }),
    ...(cwe === undefined ? {} : { cwe }),
    ...(examplePath === undefined ? {} : { examplePath }),
    ...(fields.has('match') ? { match: textsField(place, fields, 'match') } : {}),
    ...(fields.has('no_match') ? { noMatch: textsField(place, fields, 'no_match') } : {}),
  };
};

const readRequired = (place: Place, fields: Fields): RequiredSpec => {
  warnUnknown(place, fields, ['id', 'withinlines', 'withincolumns']);
  const id = textField(place, fields, 'id');
  if (id === undefined || id === '') throw invalid(place, 'required', 'a [[rules.required]] table needs the "id" of a rule');
  const withinLines = countField(place, fields, 'withinLines');
  const withinColumns = countField(place, fields, 'withinColumns');
  return { id, ...(withinLines === undefined ? {} : { withinLines }), ...(withinColumns === undefined ? {} : { withinColumns }) };
};

const readRule = (source: ConfigSource, fields: Fields): PartialRule => {
  const unnamed: Place = { source, label: 'a rule' };
  const id = textField(unnamed, fields, 'id')?.trim() ?? '';
  if (id === '') {
    const about =
      textField(unnamed, fields, 'description') ?? textField(unnamed, fields, 'regex') ?? textField(unnamed, fields, 'path') ?? '';
    throw invalid(unnamed, 'rules', `"id" is missing${about === '' ? '' : ` (the rule about: ${about.slice(0, 80)})`}`);
  }
  if (id.length > 200 || /[\p{Cc}\u2028\u2029]/u.test(id))
    throw invalid(unnamed, 'id', 'a rule id has at most 200 characters, none of them control characters');
  const place: Place = { source, label: `rule "${id}"`, ruleId: id };
  warnUnknown(place, fields, ruleKeys);
  const extension = fields.has('sightline') ? fieldsOf(place, 'sightline', fields.get('sightline')) : new Map<string, unknown>();
  warnUnknown(place, extension, extensionKeys);
  const text = (key: 'description' | 'regex' | 'path') => {
    const value = textField(place, fields, key);
    return value === undefined || value === '' ? {} : { [key]: value };
  };
  const entropy = numberField(place, fields, 'entropy');
  const secretGroup = countField(place, fields, 'secretGroup');
  const windowBytes = countField(place, extension, 'window');
  if (windowBytes !== undefined && windowBytes > maxWindowBytes)
    throw invalid(place, 'window', `"window" is at most ${maxWindowBytes} bytes`);
  const severityInTests = choiceField(place, extension, 'severity_in_tests', [...severities, 'off'] as const);
  return {
    id,
    place,
    ...text('description'),
    ...text('regex'),
    ...text('path'),
    keywords: textsField(place, fields, 'keywords').map((keyword) => keyword.toLowerCase()),
    ...(entropy === undefined ? {} : { entropy }),
    ...(secretGroup === undefined ? {} : { secretGroup }),
    skipReport: flagField(place, fields, 'skipReport'),
    tags: textsField(place, fields, 'tags'),
    allowlists: allowlistTables(place, fields).map((table) => readAllowlist(place, table)),
    required: tablesIn(place, 'required', fields.get('required')).map((table) => readRequired(place, table)),
    ...(windowBytes === undefined ? {} : { windowBytes }),
    ...(severityInTests === undefined ? {} : { severityInTests }),
    isFallback: flagField(place, extension, 'fallback'),
    presentation: readPresentation(place, extension),
  };
};

const readExtend = (place: Place, fields: Fields): NonNullable<RuleFile['extend']> => {
  warnUnknown(place, fields, extendKeys);
  if (fields.has('url')) place.source.warnings.push(`${place.source.file}: [extend] url is not supported: nothing is fetched`);
  const path = textField(place, fields, 'path');
  const useDefault = flagField(place, fields, 'useDefault');
  if (path !== undefined && path !== '' && useDefault) throw invalid(place, 'extend', '"path" and "useDefault" exclude each other');
  return { useDefault, ...(path === undefined || path === '' ? {} : { path }), disabledRules: textsField(place, fields, 'disabledRules') };
};

const parseToml = (file: string, text: string): Record<string, unknown> => {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const what = (error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '');
    throw new AppError('rule_invalid', `${file}:${error.line}:${error.column}: not valid TOML: ${what}`, {
      hint: 'Rule files are gitleaks configurations in TOML.',
      details: { file, line: error.line },
      cause: error,
    });
  }
};

/** @throws AppError `rule_invalid` naming the file, the line where it is known, and the rule. */
export const parseRuleFile = (file: string, text: string): RuleFile => {
  const source: ConfigSource = { file, text, warnings: [] };
  const place: Place = { source, label: 'configuration' };
  const fields = fieldsOf(place, 'configuration', parseToml(file, text));
  warnUnknown(place, fields, topKeys);
  const rules = tablesIn(place, 'rules', fields.get('rules')).map((table) => readRule(source, table));
  const extend = fields.get('extend');
  return {
    source,
    ...(extend === undefined ? {} : { extend: readExtend({ ...place, label: '[extend]' }, fieldsOf(place, 'extend', extend)) }),
    rules,
    allowlists: allowlistTables(place, fields).map((table) => {
      const here = { ...place, label: '[[allowlists]]' };
      return { spec: readAllowlist(here, table, ['targetrules']), targetRules: textsField(here, table, 'targetRules'), place: here };
    }),
  };
};
