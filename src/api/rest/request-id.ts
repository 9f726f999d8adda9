/** A client may name its request, so that its log and ours can be joined; what could confuse a log is replaced. */
const allowed = /^[\w.:-]{1,64}$/;

export const requestIdOf = (header: string | readonly string[] | undefined, newId: () => string): string =>
  typeof header === 'string' && allowed.test(header) ? header : newId();
