import { z } from 'zod';
import { scanInput } from './scans.ts';
import { text } from './values.ts';

/** The API of scan-agent v0.3, shape for shape; its clients need to change nothing but the address and send a token. */
export const jobInput = z
  .strictObject({
    repo_url: text(2048).min(1),
    branch: text(255).min(1).nullish().describe('The default branch when absent.'),
    claude_cli_args: z.unknown().optional().describe('Accepted for the sake of old clients; without effect.'),
    scan_options: z
      .record(z.string(), z.unknown())
      .nullish()
      .describe('`engines`, `fail_on`, `exclude`, `allow_partial` and `history` as in ScanInput; others are without effect.'),
  })
  .meta({ id: 'JobInput' });
export type JobInputWire = z.input<typeof jobInput>;

/** The part of `scan_options` that means something here. */
export const jobOptions = z.object({
  engines: scanInput.shape.engines,
  ...scanInput.shape.options.unwrap().shape,
});

export const jobAccepted = z.object({ job_id: z.uuid(), message: z.string() }).meta({ id: 'JobAccepted' });
export type JobAcceptedWire = z.infer<typeof jobAccepted>;

export const jobCancelled = z.object({ message: z.string(), job_id: z.uuid(), status: z.literal('failed') }).meta({ id: 'JobCancelled' });

export const jobStatuses = ['pending', 'in_progress', 'completed', 'failed'] as const;

export const vulnerabilityShape = z
  .object({
    title: z.string(),
    description: z.string(),
    severity: z.enum(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO']),
    category: z.string(),
    filePath: z.string(),
    startLine: z.int(),
    endLine: z.int(),
    codeSnippet: z.string(),
    recommendation: z.string(),
  })
  .meta({ id: 'Vulnerability' });
export type VulnerabilityWire = z.infer<typeof vulnerabilityShape>;

export const jobResult = z
  .object({
    scan_completed_at: z.string(),
    repository: z.string(),
    branch: z.string(),
    results: z.object({
      summary: z.string(),
      vulnerabilities: z.array(vulnerabilityShape),
      vulnerability_count: z.int(),
      severity_breakdown: z.record(z.string(), z.int()),
    }),
    vulnerabilities_stored: z.int(),
  })
  .meta({ id: 'JobResult' });
export type JobResultWire = z.infer<typeof jobResult>;

export const jobShape = z
  .object({
    id: z.uuid(),
    type: z.literal('scan_repo'),
    status: z.enum(jobStatuses),
    data: z.object({
      repo_url: z.string(),
      branch: z.string().nullable(),
      scan_options: z.record(z.string(), z.unknown()),
      claude_cli_args: z.unknown().nullable(),
    }),
    created_at: z.string(),
    updated_at: z.string(),
    result: jobResult.nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'Job' });
export type JobWire = z.infer<typeof jobShape>;
