import { Socket } from 'node:net';

new Socket({ fd: 3 }).write('{"type":"done","of":{}}x\n');
setInterval(() => undefined, 1000);
