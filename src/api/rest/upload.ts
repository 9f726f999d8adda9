import type { IncomingMessage, ServerResponse } from 'node:http';

/** A client that was refused gets so long to read why before the rest of its upload is cut off. */
const lingerMs = 5000;

/** The bytes of a body as they come. Whoever stops reading early leaves the connection open, so that the answer can still be sent. */
export const uploadOf = (request: IncomingMessage, response: ServerResponse): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => {
    response.once('finish', () => {
      if (request.complete) return;
      setTimeout(() => request.socket.destroy(), lingerMs).unref();
    });
    return request.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  },
});
