import type { Caller } from '../../domain/caller.ts';
import { AppError } from '../../lib/errors.ts';
import type { Access } from '../permissions.ts';

/** Who a token belongs to; undefined when it is none of ours. Must take the same time for either. */
export type Authenticate = (token: string, options: { readonly signal: AbortSignal }) => Promise<Omit<Caller, 'requestId'> | undefined>;

const bearer = /^Bearer +([\w.~+/=-]{1,512})$/i;
const basic = /^Basic +([\w+/=-]{1,1024})$/i;

/** The documentation is read in browsers, which can only ask for a password: the token is the password, the user name does not matter. */
const tokenOf = (authorization: string | undefined, allowsPassword: boolean): string | undefined => {
  if (authorization === undefined) return undefined;
  const token = bearer.exec(authorization)?.[1];
  if (token !== undefined || !allowsPassword) return token;
  const pair = Buffer.from(basic.exec(authorization)?.[1] ?? '', 'base64').toString('utf8');
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : undefined;
};

/** How a client is asked for its token; browsers know only the password. */
export const challengeOf = (access: Access): string =>
  access === 'docs:read' ? 'Basic realm="Sightline", charset="UTF-8"' : 'Bearer realm="Sightline"';

/** The caller of an operation, or undefined where nobody is asked. @throws AppError `unauthenticated` */
export const identify = async (
  authenticate: Authenticate,
  access: Access,
  request: { readonly authorization: string | undefined; readonly id: string },
  options: { readonly signal: AbortSignal },
): Promise<Caller | undefined> => {
  if (access === 'public' || access === 'signed') return undefined;
  const token = tokenOf(request.authorization, access === 'docs:read');
  const known = token === undefined ? undefined : await authenticate(token, options);
  if (known !== undefined) return { ...known, requestId: request.id };
  throw new AppError('unauthenticated', token === undefined ? 'the request carries no token' : 'the token is not valid', {
    hint: 'Send "Authorization: Bearer <token>"; the server printed the token at its first start and keeps it in its data directory.',
  });
};
