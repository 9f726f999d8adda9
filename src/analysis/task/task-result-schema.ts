import * as z from 'zod';
import { degradationReasons, exclusionReasons, failureReasons } from '../../domain/coverage.ts';
import { findingKinds } from '../../domain/finding.ts';
import { confidences, gateThresholds, severities } from '../../domain/severity.ts';
import { taskResultFormat } from './task-result.ts';

/**
 * One line of a task result, as untrusted JSON. Lengths are generous for what engines write and small enough for what the server keeps in
 * indexes; fields that are not known are dropped.
 */
const text = (longest: number) => z.string().max(longest);
const name = z.string().min(1).max(512);
const path = text(8192);
const count = z.int().min(0).max(2_147_483_647);
const place = z.int().min(0).max(2_147_483_647);
const size = z.int().min(0);
const names = (most: number) => z.array(name).max(most);
/** Nothing here needs a number of its own length: the line is bounded. */
const paragraphs = text(262_144);

const commitRef = z.object({ sha: text(64), author: text(1024), authoredAt: text(64), subject: text(4096) });

const location = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('file'),
    path,
    startLine: place,
    startColumn: place,
    endLine: place,
    endColumn: place,
    commit: commitRef.exactOptional(),
  }),
  z.object({ type: z.literal('package'), purl: text(4096), path }),
  z.object({ type: z.literal('resource'), address: text(4096), path }),
]);

const fingerprint = z.object({
  algorithm: text(640).min(1),
  keyId: name.exactOptional(),
  // Mostly hexadecimal, but GitHub's line hash ends in a counter, and other tools write what they like.
  value: z.string().regex(/^[\x20-\x7e]{1,512}$/),
});

const details = z.object({
  toolName: name.exactOptional(),
  toolVersion: name.exactOptional(),
  cve: names(1000).exactOptional(),
  cvssScore: z.number().min(0).max(10).exactOptional(),
  cvssVector: text(1024).exactOptional(),
  packageName: text(1024).exactOptional(),
  packageVersion: text(1024).exactOptional(),
  fixedVersion: text(1024).exactOptional(),
  licenseName: text(1024).exactOptional(),
  licenseType: text(1024).exactOptional(),
  remediation: paragraphs.exactOptional(),
  references: z.array(text(4096)).max(1000).exactOptional(),
  rawOutput: z.unknown().exactOptional(),
});

const fix = z.object({
  startLine: place,
  startColumn: place,
  endLine: place,
  endColumn: place,
  replacement: paragraphs,
  fileDigest: z.string().regex(/^[0-9a-f]{64}$/),
});

const finding = z.object({
  engine: name,
  ruleId: name,
  kind: z.enum(findingKinds),
  severity: z.enum(severities),
  confidence: z.enum(confidences),
  cwe: names(100),
  title: text(4096),
  message: paragraphs,
  location,
  snippet: z.object({ startLine: place, lines: z.array(paragraphs).max(10_000) }).exactOptional(),
  id: z.string().regex(/^[0-9a-f]{64}$/),
  fingerprints: z.array(fingerprint).min(1).max(64),
  details: details.exactOptional(),
  fix: fix.exactOptional(),
  suppression: z
    .object({
      source: z.enum(['inline', 'gitleaksignore', 'config']),
      reason: text(4096),
      expiresAt: text(64).exactOptional(),
    })
    .exactOptional(),
  baseline: z.enum(['new', 'unchanged']).exactOptional(),
});

const rule = z.object({
  id: name,
  engine: name,
  kind: z.enum(findingKinds),
  title: text(4096),
  severity: z.enum(severities),
  confidence: z.enum(confidences),
  cwe: names(100),
  help: paragraphs,
  helpUrl: text(4096).exactOptional(),
  tags: names(1000),
});

const file = z.object({
  path,
  state: z.enum(['analysed', 'degraded', 'excluded', 'failed']),
  sizeBytes: size.exactOptional(),
  reason: z.enum([...exclusionReasons, ...failureReasons, ...degradationReasons]).exactOptional(),
  detail: text(4096).exactOptional(),
  engine: name.exactOptional(),
});

const engine = z.object({
  engine: name,
  version: name,
  rulesetDigest: text(256),
  ruleCount: count,
  state: z.enum(['complete', 'failed', 'missing']),
  reason: text(4096).exactOptional(),
  filesAnalysed: count,
  bytesAnalysed: size,
  durationMs: z.number().min(0),
});

export const taskResultLineSchema = z.discriminatedUnion('line', [
  z.object({
    line: z.literal('head'),
    format: z.literal(taskResultFormat),
    commit: z
      .string()
      .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
      .exactOptional(),
    ref: text(255).exactOptional(),
    toolVersion: name,
    failOn: z.enum(gateThresholds),
    allowPartial: z.boolean(),
    engines: z.array(engine).max(64),
    rulesInForce: z.record(name, names(100_000)),
    warnings: z.array(text(4096)).max(1000),
    enginesWanted: names(64).exactOptional(),
  }),
  z.object({ line: z.literal('rule'), rule }),
  z.object({ line: z.literal('file'), file }),
  z.object({ line: z.literal('paths'), paths: z.array(path).max(1000) }),
  z.object({ line: z.literal('finding'), finding }),
  z.object({ line: z.literal('end'), rules: count, files: count, paths: count, findings: count }),
]);
