/** One server-sent event. */
export interface StreamEvent {
  readonly id: string | undefined;
  readonly type: string;
  readonly data: string;
}

/** Longer is no event of ours. */
const maxEventLength = 1024 * 1024;

const eventOf = (lines: readonly string[]): StreamEvent | undefined => {
  let id: string | undefined;
  let type = 'message';
  const data: string[] = [];
  for (const line of lines) {
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'id') id = value;
    else if (field === 'event') type = value;
    else if (field === 'data') data.push(value);
  }
  return data.length === 0 && id === undefined ? undefined : { id, type, data: data.join('\n') };
};

/** Reads `text/event-stream` as the HTML standard has it; comments (the server's sign of life) are passed over. Ends with the stream. */
export const readEvents = async function* (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let lines: string[] = [];
  let length = 0;
  for await (const piece of bytes) {
    rest += decoder.decode(piece, { stream: true });
    const whole = rest.split(/\r\n|\n|\r(?!$)/);
    rest = whole.pop() ?? '';
    for (const line of whole) {
      if (line !== '') {
        lines.push(line);
        length += line.length + 1;
        continue;
      }
      const event = eventOf(lines);
      lines = [];
      length = 0;
      if (event !== undefined) yield event;
    }
    if (length + rest.length > maxEventLength) return;
  }
};
