import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvents, type StreamEvent } from './event-stream.ts';

const read = async (pieces: readonly string[]): Promise<readonly StreamEvent[]> => {
  const events: StreamEvent[] = [];
  const bytes = (async function* () {
    for (const piece of pieces) yield Buffer.from(piece);
  })();
  for await (const event of readEvents(bytes)) events.push(event);
  return events;
};

describe('readEvents', () => {
  it('reads id, type and data, and passes over comments', async () => {
    const text = ': hello\n\nid: 7\nevent: scan.completed\ndata: {"a":\ndata: 1}\n\nretry: 5\n\ndata\n\n';
    expect(await read([text])).toEqual([
      { id: '7', type: 'scan.completed', data: '{"a":\n1}' },
      { id: undefined, type: 'message', data: '' },
    ]);
  });

  it('drops an event that was cut off, and one without end', async () => {
    expect(await read(['id: 1\ndata: a\n\nid: 2\ndata: b\n'])).toEqual([{ id: '1', type: 'message', data: 'a' }]);
    expect(await read(Array.from({ length: 40 }, () => 'x'.repeat(64 * 1024)))).toEqual([]);
    let piecesRead = 0;
    const endless = (async function* () {
      for (; piecesRead < 1000; piecesRead += 1) yield Buffer.from('data: x\n'.repeat(8192));
    })();
    for await (const event of readEvents(endless)) throw new Error(`an event of ${event.data.length} characters`);
    expect(piecesRead).toBeLessThan(20);
  });

  it('does not care how the bytes are cut, nor how lines end', async () => {
    const text = 'id: 1\nevent: é\ndata: ü€\n\nid: 2\ndata: b\n\n';
    const whole = await read([text]);
    expect(whole).toHaveLength(2);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 6 }), fc.constantFrom('\n', '\r\n'), async (cuts, end) => {
        const sent = text.replaceAll('\n', end);
        const at = [0, ...cuts.toSorted((a, b) => a - b), sent.length];
        expect(await read(at.slice(1).map((to, index) => sent.slice(at[index], to)))).toEqual(whole);
      }),
    );
  });
});
