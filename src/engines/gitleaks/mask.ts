const masked = '********';

/** First characters that are shown of a long secret, so that people recognise which one it is. */
const prefixOf = (secret: string): string => (secret.length >= 16 ? secret.slice(0, 4) : '');

/** `text` with every one of the secrets replaced, longest first, line by line where a secret spans lines. */
export const maskSecrets = (text: string, secrets: readonly string[]): string => {
  const pieces = new Set(secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/)]).filter((piece) => piece.trim().length >= 3));
  let result = text;
  for (const piece of [...pieces].sort((a, b) => b.length - a.length)) {
    if (result.includes(piece)) result = result.replaceAll(piece, () => `${prefixOf(piece)}${masked}`);
  }
  return result;
};

/** Long runs that look like a token (letters and digits mixed) replaced as a whole: other secrets may stand beside the one found. */
export const maskTokens = (text: string): string =>
  text.replace(/[A-Za-z0-9+/_=-]{16,}/g, (run) => (/\d/.test(run) && /[A-Za-z]/.test(run) ? masked : run));

/** White space collapsed: reformatting leaves the result equal. */
export const collapse = (text: string): string => text.replace(/\s+/g, ' ').trim();
