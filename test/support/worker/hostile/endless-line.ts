import { Socket } from 'node:net';

const channel = new Socket({ fd: 3 });
const more = (): void => {
  while (channel.write('x'.repeat(64 * 1024)));
  channel.once('drain', more);
};
more();
