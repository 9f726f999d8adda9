import { Socket } from 'node:net';

const told = JSON.stringify({ ...process.env, argv: process.argv.slice(2), cwd: process.cwd() });
const channel = new Socket({ fd: 3 });
channel.write(`${JSON.stringify({ type: 'log', level: 'info', message: told })}\n${JSON.stringify({ type: 'done' })}\n`, () =>
  channel.destroy(),
);
