import { writeSync } from 'node:fs';

const message = `${JSON.stringify({ type: 'log', level: 'info', message: '\u001b[31mred' })}\n`;
for (;;) {
  try {
    writeSync(3, message);
  } catch {
    // The pipe is full for a moment.
  }
}
