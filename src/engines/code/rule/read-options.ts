import { mapIn } from './fields.ts';
import { defaultMatchOptions, type MatchOptions } from './formula.ts';
import type { Reading } from './reading.ts';
import type { YamlEntry, YamlValue } from './yaml-tree.ts';

type FlagOption = { [Name in keyof MatchOptions]-?: MatchOptions[Name] extends boolean ? Name : never }[keyof MatchOptions];

/** Semgrep's name of each option that we have. */
const flags: ReadonlyMap<string, FlagOption> = new Map(
  Object.entries<FlagOption>({
    constant_propagation: 'constantPropagation',
    symbolic_propagation: 'symbolicPropagation',
    ac_matching: 'associativeCommutative',
    commutative_boolop: 'commutativeBooleans',
    symmetric_eq: 'symmetricEquality',
    implicit_deep_exprstmt: 'implicitDeepExpressions',
    vardef_assign: 'variableAssignment',
    attr_expr: 'attributeExpression',
    implicit_return: 'implicitReturn',
    decorators_order_matters: 'decoratorsOrderMatters',
    generic_caseless: 'caseInsensitiveGeneric',
    generic_multiline: 'genericMultiline',
    interfile: 'interfile',
  }),
);

/** Options that we have no switch for, with the value our matching has built in. */
const fixed: ReadonlyMap<string, string | boolean> = new Map(
  Object.entries<string | boolean>({
    generic_engine: 'spacegrep',
    flddef_assign: false,
    commutative_compop: false,
    unify_ids_strictly: true,
    arrow_is_function: true,
    let_is_var: true,
    go_deeper_expr: true,
    go_deeper_stmt: true,
    xml_singleton_loose_matching: true,
    xml_attrs_implicit_ellipsis: true,
    xml_children_ordered: true,
  }),
);

const commentStyles = ['c', 'cpp', 'shell'] as const;

/** Options that only data flow, speed or the platform look at: a search finds the same with and without them. */
const isWithoutEffect = (name: string): boolean => /^(?:taint_|timeout|dynamic_timeout|max_|interfile_|apply_)/.test(name);

const valueOf = (value: YamlValue): string | number | boolean | null | undefined => (value.kind === 'scalar' ? value.value : undefined);

/** Reads one option into the fields of {@link MatchOptions} it sets; nothing for one that sets none. */
const readOption = (reading: Reading, name: string, { key, value }: YamlEntry): Partial<MatchOptions> => {
  const given = valueOf(value);
  const flag = flags.get(name);
  if (flag !== undefined) {
    if (typeof given === 'boolean') return { [flag]: given };
    reading.problem(value.at, `the option "${name}" must be true or false`);
    return {};
  }
  if (name === 'generic_ellipsis_max_span') {
    if (typeof given === 'number' && Number.isSafeInteger(given) && given >= 0) return { genericEllipsisMaxSpan: given };
    reading.problem(value.at, `the option "${name}" must be a whole number of lines, 0 or more`);
    return {};
  }
  if (name === 'generic_comment_style') {
    const style = commentStyles.find((each) => each === given);
    if (style === undefined) reading.problem(value.at, `the option "${name}" must be "c", "cpp" or "shell"`);
    return style === undefined ? {} : { genericCommentStyle: style };
  }
  const builtIn = fixed.get(name);
  if (builtIn !== undefined && given !== builtIn)
    reading.lacks(
      `option: ${name}`,
      `The option "${name}" can only be ${String(builtIn)} here, which is what Semgrep takes when it is left out.`,
    );
  else if (builtIn === undefined && !isWithoutEffect(name)) reading.warn(key, `there is no option "${name}"; it is ignored`);
  return {};
};

export const readOptions = (reading: Reading, entry: YamlEntry | undefined): MatchOptions => {
  // `options:` with nothing below it is common in files that were edited.
  if (entry === undefined || (entry.value.kind === 'scalar' && entry.value.value === null)) return defaultMatchOptions;
  const map = mapIn(reading, entry.value, 'options', 'names and values');
  let options = defaultMatchOptions;
  for (const [name, option] of map?.entries ?? []) options = { ...options, ...readOption(reading, name, option) };
  return options;
};
