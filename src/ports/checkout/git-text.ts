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

const chatter = /^(?:remote:|hint:|warning:|From |\s*$)/;

/** The line of git's message that says what went wrong, at most 300 characters. */
export const lastGitMessage = (stderr: string): string => {
  const lines = stderr.split('\n').map((line) => line.trim());
  const telling = lines.findLast((line) => /^(?:fatal|error):/.test(line)) ?? lines.findLast((line) => !chatter.test(line));
  return (telling ?? lines.findLast((line) => line !== '') ?? 'no message').replace(/^(?:fatal|error): /, '').slice(0, 300);
};
