import type { FileLocation, Finding, Location, SuggestedFix } from '../../domain/finding.ts';
import { fingerprintName } from '../summary.ts';
import { sarifLevel } from './rules.ts';

/** A relative URI reference: each part percent-encoded, so that neither `:` nor `#` nor a space changes what it means. */
export const pathUri = (path: string): string =>
  path
    .split('/')
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/');

export const artifactLocation = (path: string) => ({ uri: pathUri(path), uriBaseId: 'SRCROOT' });

/** Lines `first` to `last` of the masked snippet, or nothing when it lacks one of them. */
const snippetLines = (finding: Finding, first: number, last: number): string | undefined => {
  const { snippet } = finding;
  if (snippet === undefined || first < snippet.startLine || last >= snippet.startLine + snippet.lines.length) return undefined;
  return snippet.lines.slice(first - snippet.startLine, last - snippet.startLine + 1).join('\n');
};

const fileRegions = (finding: Finding, location: FileLocation) => {
  const text = snippetLines(finding, location.startLine, location.endLine);
  const { snippet } = finding;
  return {
    region: {
      startLine: location.startLine,
      startColumn: location.startColumn,
      endLine: location.endLine,
      endColumn: location.endColumn,
      snippet: text === undefined ? undefined : { text },
    },
    contextRegion:
      text === undefined || snippet === undefined
        ? undefined
        : {
            startLine: snippet.startLine,
            endLine: snippet.startLine + snippet.lines.length - 1,
            snippet: { text: snippet.lines.join('\n') },
          },
  };
};

const logicalLocation = (location: Location) => {
  switch (location.type) {
    case 'file':
      return undefined;
    case 'package':
      return [{ fullyQualifiedName: location.purl, kind: 'package' }];
    case 'resource':
      return [{ fullyQualifiedName: location.address, kind: 'resource' }];
  }
};

const sarifLocation = (finding: Finding) => {
  const { location } = finding;
  return {
    physicalLocation: {
      artifactLocation: artifactLocation(location.path),
      // Readers want a line; what speaks of a whole file stands at its top.
      ...(location.type === 'file' ? fileRegions(finding, location) : { region: { startLine: 1 } }),
    },
    logicalLocations: logicalLocation(location),
  };
};

const commitNote = (location: Location): string =>
  location.type === 'file' && location.commit !== undefined
    ? ` Introduced by commit ${location.commit.sha.slice(0, 12)}; it may be gone from the current files.`
    : '';

const endsSentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** In a message `[text](1)` is a link and `{0}` an argument. Readers rarely undo the escapes, so they are used only where needed. */
const plainMessage = (text: string): string => {
  const withoutLinks = /\]\s*\(/.test(text) ? text.replace(/[\\[\]]/g, '\\$&') : text;
  return /\{\d/.test(withoutLinks) ? withoutLinks.replace(/[{}]/g, '$&$&') : withoutLinks;
};

const sarifFix = (path: string, { startLine, startColumn, endLine, endColumn, replacement }: SuggestedFix) => ({
  description: { text: replacement === '' ? 'Remove it, as the rule suggests.' : 'Replace it, as the rule suggests.' },
  artifactChanges: [
    {
      artifactLocation: artifactLocation(path),
      replacements: [{ deletedRegion: { startLine, startColumn, endLine, endColumn }, insertedContent: { text: replacement } }],
    },
  ],
});

export const sarifResult = (finding: Finding, ruleIndex: number) => ({
  ruleId: finding.ruleId,
  ruleIndex,
  level: sarifLevel(finding.severity),
  message: { text: `${plainMessage(endsSentence((finding.message || finding.title).trim()))}${commitNote(finding.location)}` },
  locations: [sarifLocation(finding)],
  partialFingerprints: Object.fromEntries(finding.fingerprints.map((fingerprint) => [fingerprintName(fingerprint), fingerprint.value])),
  fixes: finding.fix === undefined ? undefined : [sarifFix(finding.location.path, finding.fix)],
  suppressions:
    finding.suppression === undefined
      ? []
      : [
          {
            kind: finding.suppression.source === 'inline' ? 'inSource' : 'external',
            status: 'accepted',
            justification: finding.suppression.reason || undefined,
            properties: { source: finding.suppression.source, expiresAt: finding.suppression.expiresAt },
          },
        ],
  baselineState: finding.baseline,
  properties: {
    severity: finding.severity,
    confidence: finding.confidence,
    kind: finding.kind,
    title: finding.title,
    commit: finding.location.type === 'file' ? finding.location.commit : undefined,
  },
});
