import type { RawFinding } from '../../domain/finding.ts';
import { previewOf } from '../../domain/mask.ts';
import { asUtf8 } from '../../lib/text-encoding.ts';
import type { FileAnalyser, FileAnalysis, FileInput } from '../engine.ts';
import { createBase64Table, type DecodedBlob, decodedBlobs } from './decode.ts';
import { createDetector, type Detection, maxDetections } from './detector.ts';
import { secretEvidence } from './evidence.ts';
import { identityOf, surroundingsOf } from './identity.ts';
import { createLineIndex, positionAfter } from './line-index.ts';
import { withoutOverlaps } from './overlap.ts';
import { createRedactor } from './redaction.ts';
import type { AnalyserOptions, RuleSpec } from './rule-spec.ts';
import { snippetOf } from './snippet.ts';
import { isTestPath } from './test-path.ts';

/** Bytes of the line before a blob that rules see in front of the decoded text: the name it is given. */
const blobContextBytes = 100;

const testNote = ' in test code or an example';

const titleOf = (spec: RuleSpec): string => spec.description.replace(/[.:\s]+$/, '');

/** The blob in its place: what precedes it on its line, then what it stands for, then the character behind it. */
const inContext = (bytes: Buffer, blob: DecodedBlob): { readonly bytes: Buffer; readonly from: number; readonly to: number } => {
  const lowest = Math.max(0, blob.start - blobContextBytes);
  const lineStart = bytes.subarray(lowest, blob.start).lastIndexOf(10) + 1;
  const prefix = bytes.subarray(lowest + lineStart, blob.start);
  return {
    bytes: Buffer.concat([prefix, blob.bytes, bytes.subarray(blob.end, blob.end + 1)]),
    from: prefix.length,
    to: prefix.length + blob.bytes.length,
  };
};

export const createAnalyser = (options: AnalyserOptions): FileAnalyser => {
  const detector = createDetector(options);
  const base64 = createBase64Table();

  const decodedDetections = (bytes: Buffer, direct: readonly Detection[]): readonly Detection[] => {
    const result: Detection[] = [];
    // One more than is kept, so that the caller sees that there were more.
    for (const blob of decodedBlobs(base64, bytes)) {
      if (result.length > maxDetections) break;
      const context = inContext(bytes, blob);
      for (const found of detector.detectAgain(context.bytes)) {
        if (found.secretEnd <= context.from || found.secretStart >= context.to) continue;
        if (direct.some((one) => one.rule === found.rule && one.secretStart < blob.end && one.secretEnd > blob.start)) continue;
        result.push({ ...found, start: blob.start, end: blob.end, secretStart: blob.start, secretEnd: blob.end, encoding: blob.encoding });
      }
    }
    return result;
  };

  const reportedAt = (path: string, detections: readonly Detection[]): readonly Detection[] =>
    detections.length > 0 && isTestPath(path) ? detections.filter((one) => options.rules[one.rule]?.severityInTests !== 'off') : detections;

  const findingsOf = (path: string, bytes: Buffer, detections: readonly Detection[]): readonly RawFinding[] => {
    const redactor = createRedactor(
      bytes,
      detections.map((one) => ({ start: one.secretStart, end: one.secretEnd, secret: one.secret })),
    );
    const lines = createLineIndex(bytes);
    const isTest = isTestPath(path);
    return detections.map((one): RawFinding => {
      const start = lines.positionOf(one.start);
      const end = positionAfter(bytes, start, one.start, one.end);
      const spec = options.rules[one.rule];
      const note = one.encoding === undefined ? '' : ` (${one.encoding}-encoded)`;
      const inTests = isTest && spec?.severityInTests !== 'off' ? spec?.severityInTests : undefined;
      return {
        ruleId: spec?.id ?? '',
        location: { type: 'file', path, startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
        message: `${spec === undefined ? '' : titleOf(spec)}${note}${inTests === undefined ? '' : testNote}: ${previewOf(one.secret)}`,
        ...(inTests === undefined ? {} : { severity: inTests }),
        snippet: snippetOf(bytes, redactor, start, one.start, end.line),
        identity: identityOf(bytes, redactor, { start: one.start, end: one.end, lineStart: start.lineStart }),
        surroundings: surroundingsOf(bytes, redactor, { end: one.end, lineStart: start.lineStart }),
        evidence: [secretEvidence(options.hmacKey, one.secret)],
      };
    });
  };

  const pathFinding = (path: string, spec: RuleSpec | undefined): RawFinding => ({
    ruleId: spec?.id ?? '',
    location: { type: 'file', path, startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
    message: `${spec === undefined ? '' : titleOf(spec)}: the file itself`,
    identity: 'file',
  });

  return {
    analyse: (input: FileInput): FileAnalysis => {
      const text = asUtf8(input.bytes);
      const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
      const result = detector.detect({ path: input.path, commit: input.commit }, bytes);
      if (result.isAllowed)
        return { findings: [], state: 'excluded', reason: 'ignored', detail: 'taken out by an allowlist of the secrets rules' };
      const decoded = options.decode ? decodedDetections(bytes, result.detections) : [];
      const distinct = withoutOverlaps(bytes, options.rules, reportedAt(input.path, [...result.detections, ...decoded]));
      const kept = distinct.slice(0, maxDetections);
      const findings = [
        ...result.pathRules.map((index) => pathFinding(input.path, options.rules[index])),
        ...(kept.length === 0 ? [] : findingsOf(input.path, bytes, kept)),
      ];
      if (!result.isTruncated && kept.length === distinct.length) return { findings, state: 'analysed' };
      return {
        findings,
        // What nobody looked at must not pass: ten thousand harmless findings could stand in front of a real one.
        state: 'failed',
        reason: 'budget',
        detail: `more than ${maxDetections} secrets in one file; the rest was not looked at`,
      };
    },
  };
};
