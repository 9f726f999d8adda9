import { describe, expect, it } from 'vitest';
import { createPinoLogger, type LogSettings } from './pino.ts';

const collect = (settings: Partial<LogSettings> = {}) => {
  const lines: string[] = [];
  return { lines, log: createPinoLogger({ level: 'info', format: 'json', write: (line) => lines.push(line), ...settings }) };
};

describe('log', () => {
  it('writes one JSON object a line, with what the logger carries', () => {
    const { lines, log } = collect();
    log.with({ scan_id: 's1' }).with({ task_id: 't1' }).info('done', { duration_ms: 5, left_out: undefined });
    expect(lines).toHaveLength(1);
    const { at, ...line } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    expect(new Date(String(at)).toISOString()).toBe(at);
    expect(line).toEqual({ level: 'info', scan_id: 's1', task_id: 't1', duration_ms: 5, message: 'done' });
  });

  it('leaves out what is less important', () => {
    const { lines, log } = collect({ level: 'warn' });
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d', { error: 'e' });
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['c', 'd']);
  });

  it('holds no secret that slipped in, by name or inside a text', () => {
    const { lines, log } = collect();
    const canary = ['canary', '93ab', 'cdef'].join('');
    log.with({ token: canary }).error(`cannot reach https://user:${canary}@git.example/x`, {
      password: canary,
      authorization: `Bearer ${canary}`,
      error: `header was Bearer ${canary}; operator slo_ab12_${canary}`,
      address: `postgres://u:${canary}@db/x`,
    });
    expect(lines.join('')).not.toContain(canary);
    expect(lines.join('')).toContain('git.example');
  });

  it('is one harmless line for a terminal', () => {
    const { lines, log } = collect({ format: 'text' });
    log.warn('a\nb \u001b[31mred', { path: 'x\u202ey', status: 200, name: 'two words' });
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d warn {2}a\\nb \\x1b\[31mred path=x\\u202ey status=200 name="two words"\n$/);
  });
});
