/** What stands for a secret, or the part of one, of which nothing may be shown. */
export const hidden = '****';
/** Below this length the ends of a secret would tell too much of it. */
const shownFromLength = 20;

const printable = (text: string): string => text.replace(/[^\x21-\x7e]/g, '*');

/** The only form in which a secret is shown: four asterisks, or from 20 characters on its first four and last two. */
export const maskOf = (secret: string): string =>
  secret.length < shownFromLength ? hidden : `${printable(secret.slice(0, 4))}…${printable(secret.slice(-2))}`;

/** The mask, and how long the secret is (a class for short ones). */
export const previewOf = (secret: string): string =>
  secret.length < shownFromLength ? `${hidden} (under ${shownFromLength} characters)` : `${maskOf(secret)} (${secret.length} characters)`;
