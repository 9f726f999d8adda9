import { ellipsisMetavariablePrefix, ellipsisName, metavariablePrefix } from '../language.ts';
import type { DockerfileKind, DockerfileNode } from './node.ts';
import { readShellLine, readWords } from './shell-line.ts';

/** The file with comments and continuations blanked, and a stretch of it. */
export interface Stretch {
  readonly code: string;
  readonly start: number;
  readonly end: number;
  /** Past the here-documents. */
  readonly bodyEnd: number;
}

const placeholder = new RegExp(`(?:${ellipsisName}|${ellipsisMetavariablePrefix}\\w+|${metavariablePrefix}\\w+)`, 'y');
const onlyPlaceholder = new RegExp(`^${placeholder.source}$`);
const jsonString = /"(?:[^"\\]|\\.)*"/y;

/** `["a", "b"]`: the exec form. Undefined where the shell would get it. */
const readArray = ({ code, start, end }: Stretch): DockerfileNode | undefined => {
  if (code[start] !== '[' || code[end - 1] !== ']') return undefined;
  const children: DockerfileNode[] = [];
  let at = start + 1;
  let isSeparated = true;
  while (at < end - 1) {
    if (/\s/.test(code[at] ?? '')) {
      at++;
      continue;
    }
    if (code[at] === ',' && !isSeparated) {
      isSeparated = true;
      at++;
      continue;
    }
    const pattern = code[at] === '"' ? jsonString : placeholder;
    pattern.lastIndex = at;
    const found = isSeparated ? pattern.exec(code) : null;
    if (found === null || at + found[0].length >= end) return undefined;
    const range = { start: at, end: at + found[0].length };
    children.push(code[at] === '"' ? { kind: 'quoted', shape: 'string', ...range } : { kind: 'word', ...range });
    at = range.end;
    isSeparated = false;
  }
  return { kind: 'array', shape: 'list', start, end, children };
};

const split = (word: DockerfileNode, code: string, sign: string): number => {
  const at = code.slice(word.start, word.end).indexOf(sign);
  return at < 0 ? -1 : word.start + at;
};

/** `--name=value` in front of what the instruction is about; flags may stand in any order and be left out of a pattern. */
const readFlags = (words: readonly DockerfileNode[], code: string): { flags: DockerfileNode[]; rest: readonly DockerfileNode[] } => {
  const flags: DockerfileNode[] = [];
  for (const word of words) {
    if (!code.startsWith('--', word.start)) break;
    const equals = split(word, code, '=');
    const name: DockerfileNode = { kind: 'name', slot: 'name', start: word.start, end: equals < 0 ? word.end : equals };
    const value: DockerfileNode[] = equals < 0 ? [] : [{ kind: 'word', slot: 'value', start: equals + 1, end: word.end }];
    flags.push({ kind: 'flag', slot: 'optional', start: word.start, end: word.end, children: [name, ...value] });
  }
  return { flags, rest: words.slice(flags.length) };
};

/** `name:tag@digest`: a pattern that leaves out tag or digest holds whatever they are. */
const readImage = (word: DockerfileNode, code: string): DockerfileNode => {
  const at = split(word, code, '@');
  const nameEnd = at < 0 ? word.end : at;
  const slash = code.lastIndexOf('/', nameEnd - 1);
  // A colon before the last slash is that of a registry's port; one in `${NAME:-default}` is the shell's.
  const text = code.slice(word.start, nameEnd);
  const colon = /:(?![^{]*\})/g;
  let tagAt = -1;
  for (const found of text.matchAll(colon)) if (word.start + found.index > slash) tagAt = word.start + found.index;
  // What Semgrep takes for a metavariable of the file's: no metavariable of a pattern stands for it.
  const isVariable = /^\$[A-Z_]+$/.test(code.slice(word.start, word.end));
  const end = tagAt < 0 ? nameEnd : tagAt;
  const children: DockerfileNode[] = [{ kind: 'image_name', slot: 'name', start: word.start, end, isUnnamed: isVariable }];
  if (tagAt >= 0) children.push({ kind: 'tag', slot: 'type', start: tagAt + 1, end: nameEnd });
  if (at >= 0) children.push({ kind: 'digest', slot: 'modifiers', start: at + 1, end: word.end });
  // As a list: `FROM $IMAGE` is about the name in it.
  return { kind: 'image', shape: 'list', start: word.start, end: word.end, children };
};

const readFrom = ({ code, start, end }: Stretch): readonly DockerfileNode[] => {
  const { flags, rest } = readFlags(readWords(code, start, end), code);
  const [image, as, alias] = rest;
  if (image === undefined) return flags;
  const isAliased = as !== undefined && alias !== undefined && code.slice(as.start, as.end).toLowerCase() === 'as';
  const name: DockerfileNode[] = isAliased ? [{ kind: 'alias', slot: 'decorators', start: alias.start, end: alias.end }] : [];
  return [...flags, readImage(image, code), ...name];
};

/** `KEY=value KEY=value`, or the old `KEY value`. Pairs in any order; a pattern need not have them all. */
const readPairs = ({ code, start, end }: Stretch): readonly DockerfileNode[] => {
  const words = readWords(code, start, end);
  const [first, second] = words;
  if (first === undefined) return [];
  if (
    split(first, code, '=') < 0 &&
    second !== undefined &&
    words.length === 2 &&
    !onlyPlaceholder.test(code.slice(first.start, first.end))
  ) {
    return [
      {
        kind: 'pair',
        shape: 'pair',
        slot: 'optional',
        start: first.start,
        end,
        children: [
          { ...first, slot: 'key' },
          { ...second, slot: 'value' },
        ],
      },
    ];
  }
  return words.map((word) => {
    const equals = split(word, code, '=');
    if (equals < 0) return { ...word, slot: 'optional' as const };
    const [value] = readWords(code, equals + 1, word.end);
    const key: DockerfileNode = { kind: 'word', slot: 'key', start: word.start, end: equals };
    return {
      kind: 'pair' as const,
      shape: 'pair' as const,
      slot: 'optional' as const,
      start: word.start,
      end: word.end,
      children: value === undefined ? [key] : [key, { ...value, slot: 'value' as const }],
    };
  });
};

/** `ARG NAME` and `ARG NAME=default` are told apart. */
const readArguments = ({ code, start, end }: Stretch): readonly DockerfileNode[] =>
  readWords(code, start, end).flatMap((word): DockerfileNode[] => {
    const equals = split(word, code, '=');
    if (equals < 0) return [word];
    const [value] = readWords(code, equals + 1, word.end);
    return [{ ...word, kind: 'word', end: equals }, ...(value === undefined ? [] : [value])];
  });

const readAccount = ({ code, start, end }: Stretch): readonly DockerfileNode[] => {
  const [word] = readWords(code, start, end);
  if (word === undefined) return [];
  const colon = code[word.start] === '$' ? -1 : split(word, code, ':');
  const name: DockerfileNode = { kind: 'name', slot: 'name', start: word.start, end: colon < 0 ? word.end : colon };
  const group: DockerfileNode[] = colon < 0 ? [] : [{ kind: 'group', slot: 'type', start: colon + 1, end: word.end }];
  return [{ kind: 'account', start: word.start, end: word.end, children: [name, ...group] }];
};

/** Without the flags in front. */
const readShell = (stretch: Stretch): readonly DockerfileNode[] => {
  const { code, end } = stretch;
  const { flags, rest } = readFlags(readWords(code, stretch.start, end), code);
  const start = rest[0]?.start;
  if (start === undefined) return flags;
  if (stretch.bodyEnd > end) return [...flags, { kind: 'script', start, end: stretch.bodyEnd }];
  return [...flags, readArray({ ...stretch, start }) ?? readShellLine(code, start, end)];
};

const readPaths = (stretch: Stretch): readonly DockerfileNode[] => {
  const { flags, rest } = readFlags(readWords(stretch.code, stretch.start, stretch.end), stretch.code);
  const start = rest[0]?.start;
  const array = start === undefined ? undefined : readArray({ ...stretch, start });
  return [...flags, ...(array?.children ?? rest)];
};

const readRest = ({ start, end }: Stretch): readonly DockerfileNode[] => (start < end ? [{ kind: 'word', start, end }] : []);

const readHealthcheck = (stretch: Stretch): readonly DockerfileNode[] => {
  const { flags, rest } = readFlags(readWords(stretch.code, stretch.start, stretch.end), stretch.code);
  const [first] = rest;
  if (first === undefined) return flags;
  const name = stretch.code.slice(first.start, first.end).toLowerCase();
  return [...flags, name === 'cmd' ? readInstruction({ ...stretch, start: first.start }) : first];
};

const readers: Partial<Record<DockerfileKind, (stretch: Stretch) => readonly DockerfileNode[]>> = {
  from: readFrom,
  run: readShell,
  cmd: readShell,
  entrypoint: readShell,
  shell: readShell,
  label: readPairs,
  env: readPairs,
  maintainer: readRest,
  expose: ({ code, start, end }) => readWords(code, start, end),
  add: readPaths,
  copy: readPaths,
  volume: readPaths,
  user: readAccount,
  workdir: readRest,
  arg: readArguments,
  onbuild: (stretch) => (stretch.start < stretch.end ? [readInstruction(stretch)] : []),
  stopsignal: readRest,
  healthcheck: readHealthcheck,
};

const isKind = (name: string): name is DockerfileKind => Object.hasOwn(readers, name);

/** One instruction, whatever the case of its name. */
export const readInstruction = (stretch: Stretch): DockerfileNode => {
  const { code, start, bodyEnd } = stretch;
  const text = code.slice(start, stretch.end);
  const name = /^\w+/.exec(text)?.[0].toLowerCase() ?? '';
  const { end } = stretch;
  if (onlyPlaceholder.test(text.trim())) return { kind: 'placeholder', start, end };
  const reader = isKind(name) ? readers[name] : undefined;
  const after = start + name.length;
  if (!isKind(name) || reader === undefined || (after < end && !/\s/.test(code[after] ?? '')))
    return { kind: 'unknown_instruction', start, end };
  const blank = /^\s*/.exec(code.slice(after, end))?.[0].length ?? 0;
  return { kind: name, start, end: Math.max(end, bodyEnd), children: reader({ code, start: after + blank, end, bodyEnd }) };
};
