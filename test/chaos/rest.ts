import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface AskOptions {
  readonly body?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Is good for a signed URL. */
  readonly isAnonymous?: boolean;
}

/** A client that does what a client has to: asks again, another server, until somebody answers. */
export interface Rest {
  readonly ask: (method: string, path: string, options?: AskOptions) => Promise<Answer>;
  /** Requests that got no answer, or one that says to come again. */
  readonly repeats: () => number;
}

const answerMs = 8_000;
const pauseMs = 250;

const isTemporary = (status: number): boolean => status === 429 || status >= 500;

export const createRest = (urls: readonly string[], token: string, patienceMs: number): Rest => {
  let turn = 0;
  let repeats = 0;

  const send = async (method: string, path: string, options: AskOptions): Promise<Answer> => {
    const url = urls[(turn += 1) % urls.length];
    const json = options.body === undefined ? undefined : JSON.stringify(options.body);
    const body = options.bytes ?? json;
    const response = await fetch(`${url}${path}`, {
      method,
      signal: AbortSignal.timeout(answerMs),
      headers: {
        ...(options.isAnonymous === true ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };

  return {
    ask: async (method, path, options = {}) => {
      const deadline = Date.now() + patienceMs;
      for (;;) {
        let trouble: string;
        try {
          const answer = await send(method, path, options);
          if (!isTemporary(answer.status)) return answer;
          trouble = JSON.stringify(answer);
        } catch (error) {
          trouble = String(error);
        }
        if (Date.now() > deadline) throw new Error(`${method} ${path} got no answer: ${trouble}`);
        repeats += 1;
        await sleep(pauseMs);
      }
    },
    repeats: () => repeats,
  };
};
