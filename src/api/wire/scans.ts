import { z } from 'zod';
import type { LogLine, ScanDetail, ScanSummary } from '../../app/scans/scans.ts';
import type { Gate } from '../../domain/scan.ts';
import type { ScanOptions, ScanRecord, ScanSource } from '../../domain/scan-record.ts';
import { priorities, scanStates } from '../../domain/scan-record.ts';
import { coverageShape, toCoverageWire } from './coverage.ts';
import { pageOf } from './page.ts';
import { taskDetailShape, toTaskDetailWire } from './tasks.ts';
import { commitId, engineName, failure, gateThreshold, instant, text, toInstant, toInstantOrNull, uuid } from './values.ts';

export const scanSourceInput = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('git'),
      url: text(2048).min(1),
      ref: text(255).min(1).optional().describe('Branch or tag; the default branch when absent.'),
      commit: commitId.optional(),
    }),
    z.strictObject({ type: z.literal('artifact'), artifact_id: uuid.describe('An uploaded archive.') }),
  ])
  .meta({ id: 'ScanSourceInput' });

const scanOptionsInput = z.strictObject({
  fail_on: gateThreshold.optional().describe('Findings of that severity or worse fail the gate.'),
  exclude: z.array(text(1024).min(1)).max(200).optional().describe('Patterns as in .gitignore.'),
  allow_partial: z.boolean().optional(),
  history: z.boolean().optional().describe('Look through all commits instead of the files of one.'),
});

export const scanInput = z
  .strictObject({
    project_id: uuid
      .optional()
      .describe('For a git source the project of its URL when absent, made when there is none; an artifact needs one.'),
    source: scanSourceInput,
    engines: z
      .array(engineName)
      .min(1)
      .max(64)
      .optional()
      .describe('Those that the sightline.yaml of the target names when absent, else every engine that runs by default.'),
    priority: z.enum(priorities).optional(),
    shard_count: z.int().min(1).max(256).optional(),
    options: scanOptionsInput.optional(),
    timeout_ms: z.int().min(1000).max(604_800_000).optional(),
    force: z.boolean().optional().describe('A new scan even where the same one is active.'),
  })
  .meta({ id: 'ScanInput' });
export type ScanInputWire = z.input<typeof scanInput>;

export const gateShape = z
  .object({
    state: z.enum(['passed', 'failed']),
    fail_on: gateThreshold,
    failing_findings: z.int(),
    baseline: z.boolean(),
    allow_partial: z.boolean(),
  })
  .meta({ id: 'Gate' });

const scanFields = {
  id: uuid,
  project_id: uuid,
  kind: z.enum(['scan', 'import']),
  state: z.enum(scanStates),
  priority: z.enum(priorities),
  source: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('git'), url: z.string(), ref: z.string().nullable(), commit: z.string().nullable() }),
      z.object({ type: z.literal('artifact'), artifact_id: uuid, filename: z.string().nullable().describe('Of the upload.') }),
    ])
    .meta({ id: 'ScanSource' }),
  ref: z.string(),
  commit: z.string().nullable(),
  engines: z.array(z.string()),
  shard_count: z.int(),
  options: z.object({
    fail_on: gateThreshold.nullable(),
    exclude: z.array(z.string()).nullable(),
    allow_partial: z.boolean().nullable(),
    history: z.boolean().nullable(),
  }),
  requested_by: z.string(),
  trace_id: z.string().nullable(),
  created_at: instant,
  queued_at: instant.nullable(),
  started_at: instant.nullable(),
  finished_at: instant.nullable(),
  deadline_at: instant.nullable(),
  cancel_requested_at: instant.nullable(),
  cancel_reason: z.string().nullable(),
  coverage_state: z.enum(['full', 'partial']).nullable(),
  gate: gateShape.nullable(),
  error: failure.nullable(),
  warnings: z.array(z.string()),
  tasks_total: z.int(),
  tasks_done: z.int(),
  findings_total: z.int(),
  findings_by_severity: z
    .object({ critical: z.int(), high: z.int(), medium: z.int(), low: z.int(), info: z.int() })
    .meta({ id: 'SeverityCounts' }),
  revision: z.int(),
};

export const scanShape = z.object(scanFields).meta({ id: 'Scan' });
export type ScanWire = z.infer<typeof scanShape>;
export const scanPage = pageOf('ScanPage', scanShape);

export const scanDetailShape = z
  .object({ ...scanFields, tasks: z.array(taskDetailShape), coverage: coverageShape })
  .meta({ id: 'ScanDetail' });
export type ScanDetailWire = z.infer<typeof scanDetailShape>;

export const scanSummaryShape = z
  .object({
    total: z.int(),
    active: z.int(),
    completed_today: z.int().describe('Since midnight UTC.'),
    mean_duration_ms: z.number().nullable().describe('Of the last 30 days.'),
  })
  .meta({ id: 'ScanSummary' });
export type ScanSummaryWire = z.infer<typeof scanSummaryShape>;

export const logLineShape = z
  .object({
    id: z.int(),
    at: instant,
    level: z.enum(['debug', 'info', 'warn', 'error']),
    task_id: uuid.nullable(),
    epoch: z.int().nullable(),
    message: z.string(),
  })
  .meta({ id: 'LogLine' });
export type LogLineWire = z.infer<typeof logLineShape>;

export const logPage = z
  .object({
    items: z.array(logLineShape),
    next_after: z.int().nullable().describe('`after` of the next request; null when nothing was there.'),
  })
  .meta({ id: 'LogPage' });
export type LogPageWire = z.infer<typeof logPage>;

export const cancelInput = z.strictObject({ reason: text(500).optional() }).meta({ id: 'CancelInput' });

const toSourceWire = (source: ScanSource): ScanWire['source'] =>
  source.type === 'git'
    ? { type: 'git', url: source.url, ref: source.ref ?? null, commit: source.commit ?? null }
    : { type: 'artifact', artifact_id: source.artifactId, filename: source.filename ?? null };

const toOptionsWire = (options: ScanOptions): ScanWire['options'] => ({
  fail_on: options.failOn ?? null,
  exclude: options.exclude === undefined ? null : [...options.exclude],
  allow_partial: options.allowPartial ?? null,
  history: options.history ?? null,
});

const toGateWire = (gate: Gate): z.infer<typeof gateShape> => ({
  state: gate.state,
  fail_on: gate.failOn,
  failing_findings: gate.failingFindings,
  baseline: gate.baseline,
  allow_partial: gate.allowPartial,
});

export const toScanWire = (scan: ScanRecord): ScanWire => ({
  id: scan.id,
  project_id: scan.projectId,
  kind: scan.kind,
  state: scan.state,
  priority: scan.priority,
  source: toSourceWire(scan.source),
  ref: scan.ref,
  commit: scan.commit ?? null,
  engines: [...scan.engines],
  shard_count: scan.shardCount,
  options: toOptionsWire(scan.options),
  requested_by: scan.requestedBy,
  trace_id: scan.traceId ?? null,
  created_at: toInstant(scan.createdAt),
  queued_at: toInstantOrNull(scan.queuedAt),
  started_at: toInstantOrNull(scan.startedAt),
  finished_at: toInstantOrNull(scan.finishedAt),
  deadline_at: toInstantOrNull(scan.deadlineAt),
  cancel_requested_at: toInstantOrNull(scan.cancelRequestedAt),
  cancel_reason: scan.cancelReason ?? null,
  coverage_state: scan.coverage ?? null,
  gate: scan.gate === undefined ? null : toGateWire(scan.gate),
  error: scan.error === undefined ? null : { code: scan.error.code, message: scan.error.message },
  warnings: [...scan.warnings],
  tasks_total: scan.tasksTotal,
  tasks_done: scan.tasksDone,
  findings_total: scan.findingsTotal,
  findings_by_severity: { ...scan.findingsBySeverity },
  revision: scan.revision,
});

export const toScanDetailWire = (detail: ScanDetail): ScanDetailWire => ({
  ...toScanWire(detail.scan),
  tasks: detail.tasks.map(toTaskDetailWire),
  coverage: toCoverageWire(detail.coverage),
});

export const toScanSummaryWire = (summary: ScanSummary): ScanSummaryWire => ({
  total: summary.total,
  active: summary.active,
  completed_today: summary.completedToday,
  mean_duration_ms: summary.meanDurationMs ?? null,
});

export const toLogLineWire = (line: LogLine): LogLineWire => ({
  id: line.id,
  at: toInstant(line.at),
  level: line.level,
  task_id: line.taskId ?? null,
  epoch: line.epoch ?? null,
  message: line.message,
});
