import type { ServerResponse } from 'node:http';
import { AppError } from '../../lib/errors.ts';

/** Requests under way, so that each ends when its client is gone and all end when the server must. */
export interface LiveRequests {
  /** A signal that ends when the connection closes; after the answer that means nothing any more. */
  readonly open: (response: ServerResponse) => AbortSignal;
  /** Counts an answer without end until its connection closes. @throws AppError `streams_full` */
  readonly admitEndless: (response: ServerResponse) => void;
  readonly cutOff: () => void;
}

/** Each looks for news every few seconds, so that too many of them would leave the database no time for anything else. */
const mostEndless = 256;

export const createLiveRequests = (): LiveRequests => {
  const live = new Set<AbortController>();
  let endless = 0;
  return {
    open: (response) => {
      const controller = new AbortController();
      live.add(controller);
      response.once('close', () => {
        live.delete(controller);
        controller.abort(new AppError('cancelled', 'the client is gone'));
      });
      return controller.signal;
    },
    admitEndless: (response) => {
      if (endless >= mostEndless)
        throw new AppError('streams_full', `${mostEndless} clients follow events already`, {
          hint: 'Close streams that nobody reads, or look from time to time instead.',
          details: { limit: mostEndless, retry_after_s: 10 },
        });
      endless += 1;
      response.once('close', () => {
        endless -= 1;
      });
    },
    cutOff: () => {
      for (const controller of live) controller.abort(new AppError('cancelled', 'the server has stopped'));
    },
  };
};
