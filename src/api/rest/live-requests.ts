import type { ServerResponse } from 'node:http';
import { AppError } from '../../lib/errors.ts';

/** Requests under way, so that each ends when its client is gone and all end when the server must. */
export interface LiveRequests {
  /** A signal that ends when the connection closes; after the answer that means nothing any more. */
  readonly open: (response: ServerResponse) => AbortSignal;
  readonly cutOff: () => void;
}

export const createLiveRequests = (): LiveRequests => {
  const live = new Set<AbortController>();
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
    cutOff: () => {
      for (const controller of live) controller.abort(new AppError('cancelled', 'the server has stopped'));
    },
  };
};
