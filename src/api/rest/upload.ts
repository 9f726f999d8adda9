import type { IncomingMessage } from 'node:http';

/** A client that was refused gets so long to read why before the rest of its body is cut off. */
const lingerMs = 5000;

/** The bytes of a body as they come. Whoever stops reading early leaves the connection open, so that the answer can still be sent. */
export const uploadOf = (request: IncomingMessage): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>,
});

/** Of an answered request: what is still to come of it would be read to its end, which may be never. */
export const cutOffRest = (request: IncomingMessage): void => {
  if (request.complete) return;
  setTimeout(() => {
    if (!request.complete) request.socket.destroy();
  }, lingerMs).unref();
};
