import { maskOf } from '../../../domain/mask.ts';

/** Shorter texts occur by chance; masking them everywhere would only destroy the line. */
const minSecretLength = 4;

/** Quoted text of any language; longest first, and never over the end of a line but in the multi-line forms. */
const quoted = /"""([\s\S]*?)"""|'''([\s\S]*?)'''|"((?:\\.|[^"\\\n])*)"|'((?:\\.|[^'\\\n])*)'|`((?:\\.|[^`\\])*)`/g;

const credentialName =
  '(?:passw(?:or)?d|passphrase|passwd|pwd|secret|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?token|access[_-]?token|token|credential)[\\w-]*';
/** `password = "`, `"api_key": "`, `token => '`: ends where the value of such a name begins; a prefix like `b` or `rb` may stand before the quote. */
const namedBefore = new RegExp(`${credentialName}["'\`\\])]*\\s*(?::=|=>|=|:|,)\\s*[A-Za-z]{0,3}$`, 'i');
/** `password: hunter2`, `ENV TOKEN=abc`, of languages that need no quotes. */
const namedUnquoted = new RegExp(`${credentialName}\\s*[:=]\\s*([^\\s"'\`,;{}()[\\]]+)`, 'gi');
const namedReach = 80;

const tokenLength = 20;
const pieceLength = 16;
const bitsPerCharacter = 3;
const token = /[A-Za-z0-9+/=_.~$-]{16,}/g;

const entropyOf = (text: string): number => {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
};

/** A run of letters and digits that no words make up: `sha256WithRSAEncryption` has digits in one place, a token in several or no small letters. */
const isRandomPiece = (piece: string): boolean =>
  piece.length >= pieceLength &&
  /[A-Za-z]/.test(piece) &&
  (/\d\D+\d/.test(piece) || (/\d/.test(piece) && !/[a-z]/.test(piece))) &&
  entropyOf(piece) >= bitsPerCharacter;

/** Random by its looks: long, without white space, with a piece that no words make up. Addresses and paths have short pieces. */
const looksRandom = (text: string): boolean =>
  text.length >= tokenLength &&
  text.length <= 4096 &&
  /^[A-Za-z0-9+/=_.~$:-]+$/.test(text) &&
  !text.includes('://') &&
  text.split(/[^A-Za-z0-9]/).some(isRandomPiece);

const isTooShort = (content: string): boolean => content.trim().length < minSecretLength;

/** How a piece of code is searched for secrets. */
export interface SecretSearch {
  /** Every quoted text is one, as in code found by a rule about credentials; otherwise those that look random or have a name that says so. */
  readonly everyQuotedText: boolean;
  /** The language writes values without quotes: YAML, Dockerfile, shell, plain text. */
  readonly unquotedValues: boolean;
}

/** Texts within a piece of code that may be secrets. */
export const secretTexts = (code: string, { everyQuotedText, unquotedValues }: SecretSearch): readonly string[] => {
  const found = new Set<string>();
  const add = (content: string): void => {
    // What spans lines is shown line by line.
    for (const line of content.split('\n')) if (!isTooShort(line)) found.add(line.trim());
  };
  for (const match of code.matchAll(quoted)) {
    const content = match.slice(1).find((group) => group !== undefined) ?? '';
    const before = code.slice(Math.max(0, match.index - namedReach), match.index);
    if (everyQuotedText || looksRandom(content) || namedBefore.test(before)) add(content);
  }
  if (unquotedValues) {
    for (const [text] of code.matchAll(token)) if (looksRandom(text)) add(text);
    for (const [, value = ''] of code.matchAll(namedUnquoted)) add(value);
  }
  return [...found];
};

/** Replaces secrets wherever they stand. */
export type Masker = (text: string, replacement?: string) => string;

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

export const createMasker = (secrets: readonly string[]): Masker => {
  if (secrets.length === 0) return (text) => text;
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  const any = new RegExp(longestFirst.map(escaped).join('|'), 'g');
  return (text, replacement) => text.replace(any, (secret) => replacement ?? maskOf(secret));
};
