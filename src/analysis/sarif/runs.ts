import { at, isObject, listOf, textOf, wholeOf } from './fields.ts';
import { type JsonElement, jsonElements, type WantedElements } from './json-elements.ts';
import { artifactPath, type PathRoots, pathRoots } from './paths.ts';
import { readRule, type SarifRule, undescribedRule } from './rules.ts';

/** What is refused beyond this is not a log of a tool, or not one that a person could do anything with. */
export const sarifLimits = {
  runs: 1000,
  rules: 25_000,
  artifacts: 1_000_000,
  results: 1_000_000,
  json: { maxDepth: 100, maxValueBytes: 4 * 1024 * 1024, maxTextBytes: 16 * 1024 * 1024 },
} as const;

export interface ReadOptions {
  readonly signal: AbortSignal;
  readonly invalid: (reason: string) => Error;
}

/** What a run says beside its results. */
export interface SarifRun {
  /** The name its findings go by: of our own logs the engine, else made of the tool's name. */
  readonly engine: string;
  readonly toolName: string;
  readonly toolVersion: string;
  /** Written by us: its identities are ours. */
  readonly isOwn: boolean;
  /** By place in the list of the driver, and of each extension. */
  readonly rules: readonly SarifRule[];
  readonly extensionRules: readonly (readonly SarifRule[])[];
  readonly rulesById: ReadonlyMap<string, SarifRule>;
  readonly roots: PathRoots;
  /** Path of each artifact, by place in the list; undefined for what is no file. */
  readonly artifacts: readonly (string | undefined)[];
  /** Files it says it analysed. */
  readonly analysed: readonly string[];
  /** `unknown`: it does not say how it went. `failed`: not well, or it has no results at all, which is a run that did not happen. */
  readonly outcome: 'successful' | 'unknown' | 'failed';
  readonly commit?: string;
}

const ownTool = 'Sightline';

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '') || 'unnamed';

/** A run while its facts come in, in whatever order the tool wrote them. */
interface Draft {
  readonly facts: Map<string, unknown>;
  readonly rules: unknown[];
  readonly extensionRules: unknown[][];
  readonly artifacts: unknown[];
  readonly succeeded: boolean[];
  readonly workingFolders: string[];
  hasResults: boolean;
}

const newDraft = (): Draft => ({
  facts: new Map(),
  rules: [],
  extensionRules: [],
  artifacts: [],
  succeeded: [],
  workingFolders: [],
  hasResults: false,
});

const driver = 'runs.*.tool.driver';
const single = [
  `${driver}.name`,
  `${driver}.version`,
  `${driver}.semanticVersion`,
  // Before 2.1.0 the tool itself had the name.
  'runs.*.tool.name',
  'runs.*.tool.version',
  'runs.*.automationDetails',
  'runs.*.originalUriBaseIds',
  'runs.*.versionControlProvenance',
  'runs.*.properties.sightline/coverage',
] as const;
const places = {
  rule: `${driver}.rules.*`,
  extensionRule: 'runs.*.tool.extensions.*.rules.*',
  olderRules: 'runs.*.resources.rules',
  artifact: 'runs.*.artifacts.*',
  succeeded: 'runs.*.invocations.*.executionSuccessful',
  workingFolder: 'runs.*.invocations.*.workingDirectory.uri',
  results: 'runs.*.results',
} as const;

const wanted: WantedElements = {
  values: new Set([
    'version',
    ...single,
    places.rule,
    places.extensionRule,
    places.olderRules,
    places.artifact,
    places.succeeded,
    places.workingFolder,
  ]),
  containers: new Set(['runs', 'runs.*', places.results]),
};

/** Only what a rule or artifact is read for: a log can have very many. */
const slimArtifact = (value: unknown): unknown => ({
  location: at(value, 'location') ?? at(value, 'fileLocation'),
  roles: at(value, 'roles'),
});

const take = (run: Draft, { place, indexes, value }: JsonElement): void => {
  switch (place) {
    case places.rule:
      run.rules.push(value);
      return;
    case places.extensionRule: {
      const index = indexes[1] ?? 0;
      while (run.extensionRules.length <= index) run.extensionRules.push([]);
      run.extensionRules[index]?.push(value);
      return;
    }
    case places.olderRules:
      if (isObject(value)) run.rules.push(...Object.values(value));
      return;
    case places.artifact:
      run.artifacts.push(slimArtifact(value));
      return;
    case places.succeeded:
      run.succeeded.push(value === true);
      return;
    case places.workingFolder:
      if (typeof value === 'string' && run.workingFolders.length < 10) run.workingFolders.push(value.slice(0, 4096));
      return;
    case places.results:
      run.hasResults = true;
      return;
    default:
      run.facts.set(place, value);
  }
};

const finish = (run: Draft): SarifRun => {
  const fact = (place: (typeof single)[number], length = 200): string | undefined => textOf(run.facts.get(place), length);
  const toolName = fact('runs.*.tool.driver.name') ?? fact('runs.*.tool.name') ?? 'unnamed';
  const isOwn = toolName === ownTool;
  const ownEngine =
    textOf(at(run.facts.get('runs.*.properties.sightline/coverage'), 'engine', 'engine'), 60) ??
    /^sightline\/(?<engine>[a-z0-9-]{1,60})\//.exec(textOf(at(run.facts.get('runs.*.automationDetails'), 'id'), 1000) ?? '')?.groups?.[
      'engine'
    ];
  const engine = isOwn && ownEngine !== undefined ? slug(ownEngine) : slug(toolName);
  const read = (source: unknown): SarifRule => readRule(source, engine, toolName) ?? undescribedRule('', engine, toolName);
  const rules = run.rules.map(read);
  const extensionRules = run.extensionRules.map((list) => list.map(read));
  const baseIds = run.facts.get('runs.*.originalUriBaseIds');
  const roots = pathRoots(isObject(baseIds) ? baseIds : {}, run.workingFolders);
  const artifacts = run.artifacts.map((artifact) => artifactPath(roots, at(artifact, 'location')));
  const commit = textOf(at(run.facts.get('runs.*.versionControlProvenance'), 0, 'revisionId'), 64)?.toLowerCase();
  return {
    engine,
    toolName,
    toolVersion:
      fact('runs.*.tool.driver.version') ?? fact('runs.*.tool.driver.semanticVersion') ?? fact('runs.*.tool.version') ?? 'unknown',
    isOwn,
    rules,
    extensionRules,
    // The driver's own win over an extension's of the same id.
    rulesById: new Map([...extensionRules.flat(), ...rules].map((one) => [one.rule.id, one])),
    roots,
    artifacts,
    analysed: run.artifacts.flatMap((artifact, index) =>
      listOf(at(artifact, 'roles')).includes('analysisTarget') && artifacts[index] !== undefined ? [artifacts[index]] : [],
    ),
    outcome: !run.hasResults || run.succeeded.includes(false) ? 'failed' : run.succeeded.length > 0 ? 'successful' : 'unknown',
    ...(commit !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit) ? { commit } : {}),
  };
};

/**
 * Reads a log for everything but its results, which may stand before what they point at.
 * @throws what `invalid` makes: no JSON, no SARIF 2.x, beyond a limit
 */
export const readRuns = async (bytes: AsyncIterable<Uint8Array>, { signal, invalid }: ReadOptions): Promise<readonly SarifRun[]> => {
  const drafts: Draft[] = [];
  const counts = { rules: 0, artifacts: 0 };
  let version: unknown;
  let hasRuns = false;
  const count = (what: keyof typeof counts): void => {
    counts[what] += 1;
    if (counts[what] > sarifLimits[what]) throw invalid(`it has more than ${sarifLimits[what]} ${what}`);
  };
  for await (const element of jsonElements(bytes, { wanted, limits: sarifLimits.json, signal, invalid })) {
    const { place, indexes } = element;
    if (place === 'version') version = element.value;
    else if (place === 'runs') hasRuns = true;
    else if (place === 'runs.*') {
      if (drafts.length >= sarifLimits.runs) throw invalid(`it has more than ${sarifLimits.runs} runs`);
      drafts[wholeOf(indexes[0], 0) ?? 0] = newDraft();
    } else {
      if (place === places.rule || place === places.extensionRule) count('rules');
      if (place === places.artifact) count('artifacts');
      const run = drafts[indexes[0] ?? -1];
      if (run !== undefined) take(run, element);
    }
  }
  if (!hasRuns) throw invalid('it has no list "runs"');
  if (typeof version !== 'string' || !/^2\.\d/.test(version)) throw invalid(`its version is not 2.1.0`);
  return Array.from(drafts, (draft) => finish(draft ?? newDraft()));
};
