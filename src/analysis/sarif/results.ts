import type { Finding, FindingDetails, Fingerprint, Location, Snippet } from '../../domain/finding.ts';
import { movedAlgorithm, movedFingerprint, primaryAlgorithm, primaryFingerprint, toolAlgorithm } from '../../domain/fingerprint.ts';
import { lineHashAlgorithm } from '../../domain/line-hash.ts';
import { type Severity, severities } from '../../domain/severity.ts';
import { clip } from '../../lib/text-safety.ts';
import { at, isObject, listOf, numberOf, textOf, textsOf, wholeOf, wordOf } from './fields.ts';
import { artifactPath } from './paths.ts';
import {
  confidenceOf,
  cvesIn,
  cwesIn,
  cwesOfReferences,
  maxIdCharacters,
  type SarifRule,
  severityOfLevel,
  severityOfScore,
  undescribedRule,
} from './rules.ts';
import type { SarifRun } from './runs.ts';

const maxMessageCharacters = 4000;
const maxSnippetLines = 20;
const maxSnippetCharacters = 8000;
const maxIdentityCharacters = 2000;
const maxFingerprints = 16;
const maxFingerprintCharacters = 256;

const secretAlgorithm = 'secret-hmac/v1';

/** The rule a result names: by its place, then by its id, also where the id says more (`CA1000/first`). */
const ruleOf = (run: SarifRun, result: unknown): { readonly ruleId: string; readonly described: SarifRule } => {
  const named = textOf(at(result, 'ruleId') ?? at(result, 'rule', 'id'), maxIdCharacters);
  const extension = wholeOf(at(result, 'rule', 'toolComponent', 'index'), 0);
  const index = wholeOf(at(result, 'ruleIndex') ?? at(result, 'rule', 'index'), 0);
  const rules = extension === undefined ? run.rules : (run.extensionRules[extension] ?? []);
  const placed = index === undefined ? undefined : rules[index];
  const described =
    placed ?? (named === undefined ? undefined : (run.rulesById.get(named) ?? run.rulesById.get(named.slice(0, named.lastIndexOf('/')))));
  const ruleId = named ?? described?.rule.id ?? 'unnamed';
  return { ruleId, described: described ?? undescribedRule(ruleId, run.engine, run.toolName) };
};

const messageOf = (run: SarifRun, result: unknown, described: SarifRule): string => {
  const text = textOf(at(result, 'message', 'text') ?? at(result, 'message'), maxMessageCharacters);
  if (text === undefined) return described.rule.title;
  const values = textsOf(at(result, 'message', 'arguments'), 20, 500);
  return clip(
    text.replace(/\{(\d{1,2})\}/g, (whole, number: string) => values[Number(number)] ?? whole),
    maxMessageCharacters,
  );
};

const regionOf = (place: unknown) => {
  const region = at(place, 'region');
  const startLine = wholeOf(at(region, 'startLine'), 1) ?? 1;
  const startColumn = wholeOf(at(region, 'startColumn'), 1) ?? 1;
  const endLine = Math.max(wholeOf(at(region, 'endLine'), 1) ?? startLine, startLine);
  const endColumn = wholeOf(at(region, 'endColumn'), 1) ?? startColumn;
  return { startLine, startColumn, endLine, endColumn: endLine === startLine ? Math.max(endColumn, startColumn) : endColumn };
};

const commitOf = (properties: unknown) => {
  const commit = at(properties, 'commit');
  const sha = textOf(at(commit, 'sha'), 64);
  if (sha === undefined || !/^[0-9a-f]{40,64}$/.test(sha)) return undefined;
  return {
    sha,
    author: textOf(at(commit, 'author'), 500) ?? '',
    authoredAt: textOf(at(commit, 'authoredAt'), 64) ?? '',
    subject: textOf(at(commit, 'subject'), 1000) ?? '',
  };
};

/** The first place of a result: a file, a package in a file, or else a resource, which is also what has no place in the tree at all. */
const locationOf = (run: SarifRun, result: unknown, ruleId: string): Location => {
  const first = at(result, 'locations', 0);
  const place = at(first, 'physicalLocation');
  const artifact = at(place, 'artifactLocation') ?? at(place, 'fileLocation');
  const index = wholeOf(at(artifact, 'index'), 0);
  const path = artifactPath(run.roots, artifact) ?? (index === undefined ? undefined : run.artifacts[index]);
  const logical = listOf(at(first, 'logicalLocations'))[0];
  const named = textOf(at(logical, 'fullyQualifiedName') ?? at(logical, 'name'), 2000);
  const kind = textOf(at(logical, 'kind'), 40);
  if (path === undefined) return { type: 'resource', address: textOf(at(artifact, 'uri'), 2000) ?? named ?? ruleId, path: '' };
  if (kind === 'package' && named?.startsWith('pkg:') === true) return { type: 'package', purl: named, path };
  if (kind === 'resource' && named !== undefined) return { type: 'resource', address: named, path };
  const commit = run.isOwn ? commitOf(at(result, 'properties')) : undefined;
  return { type: 'file', path, ...regionOf(place), ...(commit === undefined ? {} : { commit }) };
};

const snippetOf = (result: unknown): Snippet | undefined => {
  const place = at(result, 'locations', 0, 'physicalLocation');
  for (const name of ['contextRegion', 'region']) {
    const text = at(place, name, 'snippet', 'text');
    if (typeof text !== 'string' || text.trim() === '') continue;
    const lines = clip(text, maxSnippetCharacters)
      .split(/\r\n|\n|\r/)
      .slice(0, maxSnippetLines);
    return { startLine: wholeOf(at(place, name, 'startLine'), 1) ?? 1, lines };
  }
  return undefined;
};

const collapse = (text: unknown): string =>
  typeof text === 'string'
    ? text
        .slice(0, 4 * maxIdentityCharacters)
        .replace(/\s+/g, ' ')
        .trim()
        .slice(0, maxIdentityCharacters)
    : '';

/** Values that say nothing: some tools write a placeholder to those who are not signed in, the same for every result. */
const usable = (value: unknown): value is string =>
  typeof value === 'string' &&
  value !== 'requires login' &&
  /^[\x20-\x7e]*[\x21-\x7e][\x20-\x7e]*$/.test(value) &&
  value.length <= maxFingerprintCharacters;

const pairsOf = (result: unknown): readonly (readonly [string, string])[] =>
  ['fingerprints', 'partialFingerprints']
    .flatMap((name) => {
      const pairs = at(result, name);
      return isObject(pairs) ? Object.entries(pairs) : [];
    })
    .filter((pair): pair is [string, string] => usable(pair[1]) && usable(pair[0]))
    .slice(0, maxFingerprints);

const ownFingerprint = ([name, value]: readonly [string, string]): Fingerprint | undefined => {
  if (name === lineHashAlgorithm) return { algorithm: name, value };
  if (!/^[0-9a-f]{64}$/.test(value)) return undefined;
  if (name === primaryAlgorithm || name === movedAlgorithm) return { algorithm: name, value };
  return name.startsWith(`${secretAlgorithm}:`)
    ? { algorithm: secretAlgorithm, keyId: name.slice(secretAlgorithm.length + 1), value }
    : undefined;
};

/** Tells equal findings of an engine apart, over a whole log: the primary fingerprint of each is its own. */
export const createOrdinals = (): { readonly unique: (engine: string, make: (ordinal: number) => string) => string } => {
  /** By engine: values given out, each with the ordinal to try next for one that is equal. */
  const given = new Map<string, Map<string, number>>();
  // Half of a hash tells a million apart, and as bytes it takes a quarter of the memory.
  const keyOf = (value: string): string => Buffer.from(value.slice(0, 32), 'hex').toString('latin1');
  return {
    unique: (engine, make) => {
      const values = given.get(engine) ?? new Map<string, number>();
      given.set(engine, values);
      const original = make(0);
      const first = keyOf(original);
      let ordinal = values.get(first);
      if (ordinal === undefined) {
        values.set(first, 1);
        return original;
      }
      for (; ; ordinal += 1) {
        const value = make(ordinal);
        const key = keyOf(value);
        if (values.has(key)) continue;
        values.set(first, ordinal + 1);
        values.set(key, 1);
        return value;
      }
    },
  };
};

export type Ordinals = ReturnType<typeof createOrdinals>;

/**
 * The evidence of a result. Of our own logs it is what they say. Of other tools: what the tool says of its results, under its own name, and our
 * fingerprints made of what the log has of the source, or of the message where it has nothing. A moved result is recognised by its source alone.
 */
const fingerprintsOf = (
  run: SarifRun,
  result: unknown,
  parts: { readonly ruleId: string; readonly location: Location; readonly message: string; readonly hidesSource: boolean },
  ordinals: Ordinals,
): readonly [Fingerprint, ...Fingerprint[]] => {
  const { ruleId, location, message, hidesSource } = parts;
  const pairs = pairsOf(result);
  const own = run.isOwn ? pairs.map(ownFingerprint).filter((print) => print !== undefined) : [];
  const said = own.find(({ algorithm }) => algorithm === primaryAlgorithm);
  const place = at(result, 'locations', 0, 'physicalLocation');
  const source = hidesSource ? '' : collapse(at(place, 'region', 'snippet', 'text'));
  const identity = { ruleId, location, identity: source === '' ? collapse(message) : source };
  const value = ordinals.unique(run.engine, (ordinal) =>
    said !== undefined && ordinal === 0 ? said.value : primaryFingerprint(identity, ordinal).value,
  );
  const primary: Fingerprint = { algorithm: primaryAlgorithm, value };
  if (said !== undefined) return [primary, ...own.filter((print) => print !== said)];
  return [
    primary,
    ...(source === '' ? [] : [movedFingerprint({ ...identity, surroundings: collapse(at(place, 'contextRegion', 'snippet', 'text')) })]),
    ...pairs
      // A hash of the line would give a short secret away.
      .filter(([name]) => !(hidesSource && name.startsWith(lineHashAlgorithm)))
      .map(([name, one]): Fingerprint => ({ algorithm: toolAlgorithm(run.engine, name), value: one })),
  ];
};

const severityOf = (result: unknown, described: SarifRule): Severity => {
  const properties = at(result, 'properties');
  const said = wordOf(at(properties, 'severity'), severities);
  const score = numberOf(at(properties, 'security-severity'));
  if (said !== undefined) return said;
  if (score !== undefined) return severityOfScore(score);
  if (at(result, 'kind') === 'informational') return 'info';
  if (described.severityIsScored) return described.rule.severity;
  return severityOfLevel(at(result, 'level')) ?? described.rule.severity;
};

const suppressionOf = (result: unknown): Finding['suppression'] => {
  for (const suppression of listOf(at(result, 'suppressions'))) {
    const status = at(suppression, 'status') ?? at(suppression, 'state') ?? 'accepted';
    if (!isObject(suppression) || status !== 'accepted') continue;
    const properties = at(suppression, 'properties');
    const source =
      wordOf(at(properties, 'source'), ['inline', 'gitleaksignore', 'config']) ??
      (at(suppression, 'kind') === 'inSource' ? 'inline' : 'config');
    const expiresAt = textOf(at(properties, 'expiresAt'), 64);
    return { source, reason: textOf(at(suppression, 'justification'), 1000) ?? '', ...(expiresAt === undefined ? {} : { expiresAt }) };
  }
  return undefined;
};

/** Results that say a problem is not there, or no longer. */
const isAbsent = (result: unknown): boolean => {
  const kind = at(result, 'kind');
  return at(result, 'baselineState') === 'absent' || kind === 'pass' || kind === 'notApplicable';
};

/** The secret itself may stand in the message too. */
const withoutSource = (message: string, result: unknown): string => {
  const text = at(result, 'locations', 0, 'physicalLocation', 'region', 'snippet', 'text');
  const source = typeof text === 'string' ? text.trim() : '';
  return source.length < 4 ? message : message.replaceAll(source, '*****');
};

/** A result as a finding of the run's engine, with its rule; undefined for one that says a problem is not there. */
export const readResult = (
  run: SarifRun,
  result: unknown,
  ordinals: Ordinals,
): { readonly finding: Finding; readonly rule: SarifRule['rule'] } | undefined => {
  if (!isObject(result) || isAbsent(result)) return undefined;
  const { ruleId, described } = ruleOf(run, result);
  const properties = at(result, 'properties');
  // What we wrote is masked already.
  const hidesSource = described.hidesSource && !run.isOwn;
  const said = messageOf(run, result, described);
  const message = hidesSource ? withoutSource(said, result) : said;
  const location = locationOf(run, result, ruleId);
  const fingerprints = fingerprintsOf(run, result, { ruleId, location, message, hidesSource }, ordinals);
  const tags = textsOf(at(properties, 'tags'), 50, 200);
  const cwe = [...new Set([...described.rule.cwe, ...cwesIn(tags), ...cwesOfReferences(listOf(at(result, 'taxa')).slice(0, 50))])];
  const cve = [...new Set([...described.cve, ...cvesIn([ruleId, ...tags])])];
  const score = numberOf(at(properties, 'security-severity'));
  const snippet = hidesSource ? undefined : snippetOf(result);
  const suppression = suppressionOf(result);
  const details: FindingDetails = {
    ...(run.isOwn ? {} : { toolName: run.toolName, toolVersion: run.toolVersion }),
    ...(cve.length === 0 ? {} : { cve: cve.slice(0, 50) }),
    ...(score === undefined || score < 0 || score > 10 ? {} : { cvssScore: Math.round(score * 10) / 10 }),
    ...(described.rule.helpUrl === undefined ? {} : { references: [described.rule.helpUrl] }),
  };
  const finding: Finding = {
    engine: run.engine,
    ruleId,
    kind: described.rule.kind,
    severity: severityOf(result, described),
    confidence: confidenceOf(properties) ?? described.rule.confidence,
    cwe: cwe.slice(0, 50),
    title: textOf(run.isOwn ? at(properties, 'title') : undefined, 500) ?? described.rule.title,
    message,
    location,
    ...(snippet === undefined ? {} : { snippet }),
    id: fingerprints[0].value,
    fingerprints,
    ...(Object.keys(details).length === 0 ? {} : { details }),
    ...(suppression === undefined ? {} : { suppression }),
  };
  return { finding, rule: ruleId === described.rule.id ? described.rule : { ...described.rule, id: ruleId } };
};
