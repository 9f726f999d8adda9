import { z } from 'zod';

/** RFC 9457, `application/problem+json`: the answer to every request that is refused or fails. */
export const problemShape = z
  .object({
    type: z.string().describe('Where the code is explained.'),
    title: z.string().describe('What the code means, always the same.'),
    status: z.int(),
    detail: z.string().describe('What happened this time.'),
    code: z.string().describe('Stable; branch on this.'),
    hint: z.string().optional().describe('What can be done next.'),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    request_id: z.string(),
  })
  .meta({ id: 'Problem' });
export type ProblemWire = z.infer<typeof problemShape>;
