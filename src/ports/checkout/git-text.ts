/** What git prints repeats what a server sent: it is kept short and plain before anybody sees it. */

const escapeSequence = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[ -/]*[0-~])/g;
/** C0 without line feed and tab, DEL, C1, and characters that reorder or hide text. */
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const userInfo = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]*@/gi;

/** Printable text without escape sequences, credentials in URLs, and any of `secrets`. */
export const plainGitText = (raw: string, secrets: readonly string[] = []): string => {
  let text = raw.replaceAll('\r\n', '\n').replaceAll('\r', '\n').replace(escapeSequence, '').replace(unprintable, '');
  for (const secret of secrets) if (secret !== '') text = text.replaceAll(secret, '***');
  return text.replace(userInfo, '$1***@');
};

/** Consequences and side notes; the first other complaint is the cause. */
const secondary =
  /askpass|^(?:fatal|error): (?:fsck error in packed object|fetch-pack: |index-pack (?:failed|died)|the remote end hung up)/;

/** The line of git's message that says what went wrong, at most 300 characters. */
export const causeIn = (stderr: string): string => {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const complaints = lines.filter((line) => /^(?:fatal|error): /.test(line));
  const cause = complaints.find((line) => !secondary.test(line)) ?? complaints[0] ?? lines.at(-1) ?? 'git gave no reason';
  return cause.replace(/^(?:fatal|error): /, '').slice(0, 300);
};
