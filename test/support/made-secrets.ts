/**
 * Token-shaped text made at run time, so that no such text stands in the tree. The same seed gives the same text; nothing made here was
 * ever issued by anybody.
 */
const upperAndDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const textOf = (alphabet: string, length: number, seed: number): string => {
  let state = (seed ^ 0x2545f491) >>> 0;
  let text = '';
  while (text.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += alphabet[(state >>> 16) % alphabet.length];
  }
  return text;
};

export const madeAwsKeyId = (seed: number): string => ['AK', 'IA', textOf(upperAndDigits, 16, seed)].join('');
export const madeGithubToken = (seed: number): string => ['gh', 'p_', textOf(alphanumeric, 36, seed)].join('');
export const madeSlackToken = (seed: number): string =>
  ['xo', 'xb-', textOf('123456789', 12, seed), '-', textOf('123456789', 12, seed + 1), '-', textOf(alphanumeric, 24, seed + 2)].join('');
export const madePrivateKey = (seed: number): string => {
  const words = ['RSA', 'PRIVATE', 'KEY'].join(' ');
  const lines = Array.from({ length: 12 }, (_, line) => textOf(`${alphanumeric}+/`, 64, seed + line));
  return [`-----BEGIN ${words}-----`, ...lines, `-----END ${words}-----`].join('\n');
};

export interface PlantedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Files with planted credentials of kinds that every secret scanner knows, and the credentials. */
export const plantedSecrets = (): { readonly files: readonly PlantedFile[]; readonly secrets: readonly string[] } => {
  const [aws, github, slack, key] = [madeAwsKeyId(1), madeGithubToken(2), madeSlackToken(3), madePrivateKey(4)];
  const [first, second] = [madeGithubToken(21), madeGithubToken(22)];
  const file = (path: string, lines: readonly string[]): PlantedFile => ({
    path,
    bytes: new TextEncoder().encode(`${lines.join('\n')}\n`),
  });
  return {
    files: [
      file('src/settings.py', ['# settings', '', `AWS_KEY = "${aws}"`, `\tTOKEN = '${github}'`, 'debug = False']),
      file('deploy/odd names/$(x) é.env', [`SLACK_BOT_TOKEN=${slack}`, `AGAIN=${github}`]),
      file('keys/server.pem', ['begin', key, 'end']),
      file('dist/bundle.min.js', [`${'var a=1;'.repeat(2000)}x="${first}";${'var b=2;'.repeat(2000)}y="${second}"`]),
      file('README.md', ['# Nothing to see here']),
    ],
    secrets: [aws, github, slack, key, first, second],
  };
};
