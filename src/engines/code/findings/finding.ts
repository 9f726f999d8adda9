import type { RawFinding } from '../../../domain/finding.ts';
import type { Binding } from '../match/match.ts';
import { interpolate } from '../rule/message.ts';
import { ruleEntry, shortened } from '../rule-entry.ts';
import type { Hit } from '../searcher.ts';
import { findsCredentials } from './credential-rule.ts';
import { createFixer } from './fix.ts';
import { identityOf, surroundingsOf } from './identity.ts';
import { createLinePlaces } from './line-places.ts';
import { createMasker, type Masker, secretTexts } from './secret-texts.ts';
import { shownRange, snippetOf } from './snippet.ts';

/** Of a match and the lines it stands on, how much is searched for secrets. What a finding shows is within that. */
const searchedCharacters = 32_000;

/** Languages that write values without quotes. */
const unquotedLanguages = new Set(['generic', 'regex', 'yaml', 'dockerfile', 'bash', 'html']);

/** Constants that metavariables stand for: a message may show them though they are written elsewhere. */
const constantsOf = (bindings: ReadonlyMap<string, Binding>): readonly string[] =>
  [...bindings.values()].flatMap(({ constant }) => (constant?.kind === 'string' ? [constant.value] : []));

const quotedConstants = (bindings: ReadonlyMap<string, Binding>): string =>
  constantsOf(bindings)
    .map((value) => JSON.stringify(value))
    .join('\n');

/** A title that names metavariables says what they stand for here; undefined where it is the same for every finding. */
const titleOf = ({ rule, bindings }: Hit, mask: Masker): string | undefined => {
  const { title } = ruleEntry(rule);
  const own = interpolate(title, bindings);
  return own === title ? undefined : shortened(mask(own).replace(/\s+/g, ' ').trim());
};

/** Findings of one file, one for each hit, in order of their places. `fileDigest` is asked for only where there is a fix. */
export type FindingMaker = (file: {
  readonly path: string;
  readonly text: string;
  readonly hits: readonly Hit[];
  /** Undefined where a fix could not be placed in the file's bytes. */
  readonly fileDigest: () => string | undefined;
}) => readonly RawFinding[];

export const createFindingMaker = (): FindingMaker => {
  const fixOf = createFixer();

  return ({ path, text, hits, fileDigest }) => {
    if (hits.length === 0) return [];
    const lines = createLinePlaces(text);
    const lineText = (number: number): string | undefined => {
      const line = lines.line(number);
      return line === undefined ? undefined : text.slice(line.start, line.end);
    };

    const findingOf = (hit: Hit): RawFinding => {
      const { rule, start, end, bindings } = hit;
      const from = lines.placeOf(start);
      const to = lines.placeOf(end);
      const shown = shownRange(lines, start, end, from.line, to.line);
      const search = {
        everyQuotedText: findsCredentials(rule),
        unquotedValues: rule.languages.some((language) => unquotedLanguages.has(language)),
      };
      const code = text.slice(shown.start, Math.min(shown.end, shown.start + searchedCharacters));
      const secrets = new Set([...secretTexts(code, search), ...secretTexts(quotedConstants(bindings), search)]);
      // Matched as a whole by an expression: the token itself is the finding.
      const whole = text.slice(start, end);
      if (search.everyQuotedText && search.unquotedValues && /^\S{8,200}$/.test(whole)) secrets.add(whole);
      const mask = createMasker([...secrets]);

      const location = { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column };
      const fix = fixOf(hit, text);
      const digest = fix === undefined || mask(fix.replacement) !== fix.replacement ? undefined : fileDigest();
      const title = titleOf(hit, mask);
      return {
        ruleId: rule.id,
        ...(title === undefined ? {} : { title }),
        location: { type: 'file', path, ...location },
        message: mask(interpolate(rule.message, bindings)).trim() || rule.id,
        snippet: snippetOf(text, lines, location, mask),
        identity: identityOf(text.slice(start, Math.min(end, start + searchedCharacters)), bindings, mask),
        surroundings: surroundingsOf(lineText, from.line, to.line),
        ...(rule.references.length === 0 ? {} : { details: { references: rule.references } }),
        ...(fix === undefined || digest === undefined ? {} : { fix: { ...location, replacement: fix.replacement, fileDigest: digest } }),
      };
    };

    return [...hits].sort((a, b) => a.start - b.start || a.end - b.end || (a.rule.id < b.rule.id ? -1 : 1)).map(findingOf);
  };
};
