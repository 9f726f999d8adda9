import { z } from 'zod';

export const healthShape = z
  .object({ status: z.literal('healthy'), service: z.literal('sightline'), version: z.string() })
  .meta({ id: 'Health' });
export type HealthWire = z.infer<typeof healthShape>;

export const readinessShape = z
  .object({
    status: z.enum(['ready', 'not_ready']),
    checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
  })
  .meta({ id: 'Readiness' });
export type ReadinessWire = z.infer<typeof readinessShape>;
