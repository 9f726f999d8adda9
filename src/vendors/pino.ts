import { type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import type { LogFields, Logger } from '../lib/log.ts';
import { forTerminal } from '../lib/text-safety.ts';

export interface LogSettings {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** `json`: one object a line, for programs. `text`: for people. */
  readonly format: 'json' | 'text';
  /** Takes whole lines. */
  readonly write: (line: string) => void;
}

/** Names under which a secret could be passed by mistake. */
const secretNames = ['token', 'password', 'secret', 'authorization', 'cookie', 'signature', 'key', 'master_key', 'credentials'];

/** Values that carry a secret inside: a URL's login, a bearer token, an operator token. */
const secretPatterns: readonly (readonly [RegExp, string])[] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1***@'],
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 ***'],
  [/\bslo_(\w{1,32})_[\w-]+/g, 'slo_$1_***'],
];

const scrub = (text: string): string => secretPatterns.reduce((kept, [pattern, replacement]) => kept.replace(pattern, replacement), text);

const scrubFields = (fields: LogFields): LogFields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? scrub(value) : value]));

const wrap = (logger: PinoLogger): Logger => ({
  debug: (message, fields) => logger.debug(scrubFields(fields ?? {}), scrub(message)),
  info: (message, fields) => logger.info(scrubFields(fields ?? {}), scrub(message)),
  warn: (message, fields) => logger.warn(scrubFields(fields ?? {}), scrub(message)),
  error: (message, fields) => logger.error(scrubFields(fields ?? {}), scrub(message)),
  with: (fields) => wrap(logger.child(scrubFields(fields))),
});

/** `07:12:45 info  request  status=200 operation=getScan`: one line, nothing in it that a terminal would obey. */
const toText = (json: string): string => {
  const { at, level, message, error, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const shown = Object.entries({ ...fields, ...(error === undefined ? {} : { error }) }).map(
    ([name, value]) => `${name}=${typeof value === 'string' && !/[\s"=]/.test(value) ? value : JSON.stringify(value)}`,
  );
  return `${forTerminal([String(at).slice(11, 19), String(level).padEnd(5), String(message), ...shown].join(' '))}\n`;
};

/** Structured log: `{"level":"info","at":"…","message":"…",…}`. */
export const createPinoLogger = ({ level, format, write }: LogSettings): Logger => {
  const options = {
    level,
    base: null,
    messageKey: 'message',
    redact: { paths: secretNames, censor: '***' },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: () => stdTimeFunctions.isoTime().replace('"time"', '"at"'),
  };
  const destination = { write: (line: string) => write(format === 'json' ? line : toText(line)) };
  return wrap(pino(options, destination));
};
