import { Socket } from 'node:net';

new Socket({ fd: 3 }).write(`${JSON.stringify({ type: 'failed', code: '__proto__', message: 'a\u001b[2Jb\u0000c' })}\n`);
setInterval(() => undefined, 1000);
