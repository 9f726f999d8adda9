/**
 * Text of a scanned tree is an attacker's text. Each function makes it harmless for one kind of reader and leaves it readable:
 * what cannot be shown safely becomes a visible escape such as `\x1b` or `\u202e`, never a silent gap. Reports that must keep the
 * exact text (JSON, SARIF) use {@link toSafeJson}, which loses nothing.
 */

/**
 * Controls, format characters (bidirectional, zero width, tags), line and paragraph separators, lone surrogates and everything
 * else that Unicode says may be drawn as nothing; except the two variation selectors that choose text or emoji style.
 */
const unsafePattern = /(?![\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** More combining marks on one letter than any script needs pile up over neighbouring lines. */
const piledMarksPattern = /(?<=\p{M}{4})\p{M}/gu;

const visibleEscape = (character: string): string => {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
};

/** Every unsafe character as a visible escape; those in `keep` (say, `'\n\t'`) stay. The result is well-formed UTF-16. */
export const withVisibleEscapes = (text: string, keep = ''): string =>
  text
    .replace(unsafePattern, (character) => (keep.includes(character) ? character : visibleEscape(character)))
    .replace(piledMarksPattern, visibleEscape);

/**
 * One line for a terminal or a CI log: no control sequence, no reordering, no line break, and no `##vso[...]`, `##[...]` or
 * `##teamcity[...]`, which log readers obey anywhere in a line. A line that begins with `::` is the business of whoever composes
 * lines, see {@link withoutWorkflowCommand}.
 */
export const forTerminal = (text: string): string => withVisibleEscapes(text).replace(/##(?=[\w-]{0,32}\[)/g, '#\\x23');

/** A finished log line that GitHub Actions would obey (`::set-output ...`) with its first colon escaped; colours may stand before it. */
export const withoutWorkflowCommand = (line: string): string => line.replace(/^((?:\x1b\[[\d;]*m|\s)*):(?=:)/, '$1\\x3a');

const htmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
  '=': '&#61;',
};

/** Text or a quoted attribute value of HTML. Line breaks and tabs stay, for `pre`. */
export const forHtml = (text: string): string =>
  withVisibleEscapes(text, '\n\t').replace(/[&<>"'`=]/g, (character) => htmlEntities[character] ?? '');

/** Text of an XML 1.0 element: nothing that is illegal there, in any form. */
export const forXml = (text: string): string =>
  withVisibleEscapes(text, '\n\t')
    .replace(/[\ufffe\uffff]/g, visibleEscape)
    .replace(/[&<>"']/g, (character) => htmlEntities[character] ?? '');

/** A quoted attribute value of XML 1.0; readers would turn bare line breaks and tabs into spaces. */
export const forXmlAttribute = (text: string): string => forXml(text).replace(/[\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * Characters that could begin markup, a link, a mention or a reference on GitHub or GitLab. Where a character is harmless by its
 * neighbours (`snake_case`, `a:b`) it stays, so that the source stays readable.
 */
const markdownPattern =
  /[\\`*[\]<>&|^{}"]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=\/\/|[a-z+-])|!(?=[[\d])|[@#~$%](?=\S)|(?<=www)\.|(?<=[Gg][Hh])-(?=\d)|^[-+=]|(?<=^\d{1,9})[.)](?=\s|$)/gm;

/** One line of running text in GitHub or GitLab Markdown (also in a table cell): entities are never markup. */
export const forMarkdown = (text: string): string =>
  withVisibleEscapes(text.replace(/\s+/g, ' ')).replace(markdownPattern, (character) => {
    const entity = `&#${character.charCodeAt(0)};`;
    // The renderer looks for mentions after it has resolved entities; a zero-width space breaks them.
    return '@#~$%!'.includes(character) ? `${entity}&#8203;` : entity;
  });

/** Inline code for Markdown, in a table cell too: an element, for no backtick fence survives a table's pipes. */
export const forMarkdownCode = (text: string): string =>
  `<code>${withVisibleEscapes(text).replace(markdownPattern, (character) => `&#${character.charCodeAt(0)};`)}</code>`;

/** A checked URL as the destination of a Markdown link: whatever could end it or mean something is percent-encoded. */
export const forMarkdownLink = (url: string): string =>
  `<${url.toWellFormed().replace(/[^\w:/?#%.,=&+~@;-]/gu, (character) => Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''))}>`;

/** Characters that make a spreadsheet read a cell as a formula, and the full-width forms it takes for them. */
const formulaPattern = /^[\s'"]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u;

/**
 * A quoted cell after RFC 4180 on one line. A cell a spreadsheet could run as a formula gets an apostrophe in front, which the
 * spreadsheet does not show; other readers see it.
 */
export const forCsvCell = (text: string): string => {
  const prefix = formulaPattern.test(text) ? "'" : '';
  return `"${prefix}${withVisibleEscapes(text).replaceAll('"', '""')}"`;
};

/** The message of a GitHub workflow command. */
export const forAnnotation = (text: string): string =>
  withVisibleEscapes(text, '\n\r').replace(/[%\r\n]/g, (character) => encodeURIComponent(character));

/** A property value (`file=`, `title=`) of a GitHub workflow command. */
export const forAnnotationProperty = (text: string): string =>
  forAnnotation(text).replace(/[:,]/g, (character) => encodeURIComponent(character));

const unitEscape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * JSON that is lossless and yet harmless in a terminal, a diff view or inside an HTML page: everything unsafe, and `<`, as `\uXXXX`.
 * `indent` as in `JSON.stringify`.
 */
export const toSafeJson = (value: unknown, indent?: number): string =>
  // Line breaks outside strings come from `indent`; inside strings JSON.stringify has escaped them already.
  (JSON.stringify(value, undefined, indent) ?? 'null').replace(
    /(?![\ufe0e\ufe0f\n])[<\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu,
    (character) => Array.from({ length: character.length }, (_, unit) => unitEscape(character.charAt(unit))).join(''),
  );

/** At most `length` UTF-16 units, never half a pair, with an ellipsis where something was cut off. */
export const clip = (text: string, length: number): string => {
  if (text.length <= length) return text;
  const end = Math.max(0, length - 1);
  const splitsPair = /[\ud800-\udbff]/.test(text.charAt(end - 1)) && /[\udc00-\udfff]/.test(text.charAt(end));
  return `${text.slice(0, splitsPair ? end - 1 : end)}…`;
};

const escapeSequence = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[ -/]*[0-~])/g;
/** C0 without line feed and tab, DEL, C1, and characters that reorder or hide text. */
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/**
 * What a program printed as plain lines of text. Here, unlike above, what cannot be shown is dropped: colours and progress are noise in a
 * message, and the text is quoted, not evidence.
 */
export const plainOutput = (text: string): string =>
  text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').replace(escapeSequence, '').replace(unprintable, '');
