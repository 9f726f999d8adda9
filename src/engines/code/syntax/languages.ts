import type { Language } from './language.ts';

/** A language rules can name. Plain data: nothing of a grammar is loaded before a file or a pattern needs it. */
export interface LanguageEntry {
  /** Semgrep's canonical name. */
  readonly id: string;
  readonly aliases: readonly string[];
  /** With the dot; as they stand in a path, case told apart (`.C` is C++). Without a dot at the start: a whole file name. */
  readonly extensions: readonly string[];
  /** Ends of paths that are left out all the same. */
  readonly excluded: readonly string[];
  /** Programs after `#!` that make a file without extension one of this language. */
  readonly interpreters: readonly string[];
  /**
   * Tables, one for each grammar: a pattern is compiled with every one of them, a file is read with the one {@link tableOfPath} names.
   * Empty for `generic` and `regex`, which read text.
   */
  readonly tables: readonly LanguageTable[];
}

export interface LanguageTable {
  /** Id of the `Language` it loads. */
  readonly id: string;
  /** Extensions it is for; absent: all of the entry's that no other table names. */
  readonly extensions?: readonly string[];
  readonly load: () => Promise<Language>;
}

const entry = (fields: Partial<LanguageEntry> & Pick<LanguageEntry, 'id'>): LanguageEntry => ({
  aliases: [],
  extensions: [],
  excluded: [],
  interpreters: [],
  tables: [],
  ...fields,
});

export const languageEntries: readonly LanguageEntry[] = [
  entry({
    id: 'python',
    aliases: ['py', 'python2', 'python3'],
    extensions: ['.py', '.pyi'],
    interpreters: ['python', 'python2', 'python3'],
    tables: [{ id: 'python', load: async () => (await import('./languages/python.ts')).python }],
  }),
  entry({
    id: 'javascript',
    aliases: ['js'],
    extensions: ['.cjs', '.js', '.jsx', '.mjs'],
    excluded: ['.min.js'],
    interpreters: ['node', 'js', 'nodejs'],
    tables: [{ id: 'javascript', load: async () => (await import('./languages/javascript.ts')).javascript }],
  }),
  entry({
    id: 'typescript',
    aliases: ['ts'],
    extensions: ['.ts', '.tsx', '.mts', '.cts'],
    excluded: ['.d.ts', '.d.mts', '.d.cts'],
    interpreters: ['ts-node', 'tsx', 'deno'],
    tables: [
      { id: 'typescript', load: async () => (await import('./languages/typescript.ts')).typescript },
      { id: 'tsx', extensions: ['.tsx'], load: async () => (await import('./languages/typescript.ts')).tsx },
    ],
  }),
  entry({
    id: 'java',
    extensions: ['.java'],
    tables: [{ id: 'java', load: async () => (await import('./languages/java.ts')).java }],
  }),
  entry({
    id: 'go',
    aliases: ['golang'],
    extensions: ['.go'],
    tables: [{ id: 'go', load: async () => (await import('./languages/go.ts')).go }],
  }),
  entry({
    id: 'dockerfile',
    aliases: ['docker'],
    extensions: ['.dockerfile', '.Dockerfile', 'Dockerfile', 'dockerfile', 'Containerfile'],
    tables: [{ id: 'dockerfile', load: async () => (await import('./languages/dockerfile.ts')).dockerfile }],
  }),
  entry({
    id: 'ruby',
    aliases: ['rb'],
    extensions: ['.rb'],
    interpreters: ['ruby'],
    tables: [{ id: 'ruby', load: async () => (await import('./languages/ruby.ts')).ruby }],
  }),
  entry({
    id: 'solidity',
    aliases: ['sol'],
    extensions: ['.sol'],
    tables: [{ id: 'solidity', load: async () => (await import('./languages/solidity.ts')).solidity }],
  }),
  entry({
    id: 'php',
    extensions: ['.php', '.tpl', '.phtml'],
    interpreters: ['php'],
    tables: [{ id: 'php', load: async () => (await import('./languages/php.ts')).php }],
  }),
  entry({
    id: 'scala',
    extensions: ['.scala'],
    tables: [{ id: 'scala', load: async () => (await import('./languages/scala.ts')).scala }],
  }),
  entry({
    id: 'csharp',
    aliases: ['c#'],
    extensions: ['.cs'],
    tables: [{ id: 'csharp', load: async () => (await import('./languages/csharp.ts')).csharp }],
  }),
  entry({
    id: 'c',
    extensions: ['.c', '.h'],
    tables: [{ id: 'c', load: async () => (await import('./languages/c.ts')).c }],
  }),
  entry({
    id: 'cpp',
    aliases: ['c++'],
    extensions: ['.cc', '.cpp', '.cxx', '.c++', '.pcc', '.tpp', '.C', '.h', '.hh', '.hpp', '.hxx', '.inl', '.ipp'],
    tables: [{ id: 'cpp', load: async () => (await import('./languages/cpp.ts')).cpp }],
  }),
  entry({
    id: 'kotlin',
    aliases: ['kt'],
    extensions: ['.kt', '.kts', '.ktm'],
    tables: [{ id: 'kotlin', load: async () => (await import('./languages/kotlin.ts')).kotlin }],
  }),
  entry({
    id: 'rust',
    aliases: ['rs'],
    extensions: ['.rs'],
    tables: [{ id: 'rust', load: async () => (await import('./languages/rust.ts')).rust }],
  }),
  entry({
    id: 'ocaml',
    // Interfaces (`.mli`) hold no expressions, and are another grammar.
    extensions: ['.ml'],
    tables: [{ id: 'ocaml', load: async () => (await import('./languages/ocaml.ts')).ocaml }],
  }),
  entry({
    id: 'bash',
    aliases: ['sh'],
    extensions: ['.bash', '.sh'],
    interpreters: ['bash', 'sh'],
    tables: [{ id: 'bash', load: async () => (await import('./languages/bash.ts')).bash }],
  }),
  entry({
    id: 'swift',
    extensions: ['.swift'],
    tables: [{ id: 'swift', load: async () => (await import('./languages/swift.ts')).swift }],
  }),
  entry({
    id: 'html',
    extensions: ['.html', '.htm'],
    tables: [{ id: 'html', load: async () => (await import('./languages/html.ts')).html }],
  }),
  entry({
    id: 'elixir',
    aliases: ['ex'],
    extensions: ['.ex', '.exs'],
    tables: [{ id: 'elixir', load: async () => (await import('./languages/elixir.ts')).elixir }],
  }),
  entry({
    id: 'clojure',
    extensions: ['.clj', '.cljs', '.cljc', '.edn'],
    tables: [{ id: 'clojure', load: async () => (await import('./languages/clojure.ts')).clojure }],
  }),
  entry({
    id: 'dart',
    extensions: ['.dart'],
    tables: [{ id: 'dart', load: async () => (await import('./languages/dart.ts')).dart }],
  }),
  entry({
    id: 'lua',
    extensions: ['.lua'],
    tables: [{ id: 'lua', load: async () => (await import('./languages/lua.ts')).lua }],
  }),
  entry({
    id: 'hcl',
    aliases: ['terraform', 'tf'],
    extensions: ['.hcl', '.tf', '.tfvars'],
    tables: [{ id: 'hcl', load: async () => (await import('./languages/hcl.ts')).hcl }],
  }),
  entry({
    id: 'json',
    extensions: ['.json', '.ipynb'],
    tables: [{ id: 'json', load: async () => (await import('./languages/json.ts')).json }],
  }),
  entry({
    id: 'yaml',
    extensions: ['.yml', '.yaml'],
    tables: [{ id: 'yaml', load: async () => (await import('./languages/yaml.ts')).yaml }],
  }),
  entry({ id: 'generic', aliases: ['spacegrep'] }),
  entry({ id: 'regex', aliases: ['none'] }),
];

/** By canonical name or alias, in whatever case a rule writes it. */
export const languageOfName = (name: string): LanguageEntry | undefined => {
  const wanted = name.toLowerCase();
  return languageEntries.find(({ id, aliases }) => id === wanted || aliases.includes(wanted));
};

const lastSegment = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const claims = (extension: string, name: string): boolean => (extension.startsWith('.') ? name.endsWith(extension) : name === extension);

/** `#!/usr/bin/env -S python3 -u` and `#! /usr/bin/python3` name `python3`. */
const interpreterOf = (firstLine: string): string | undefined => {
  const words = firstLine.slice('#!'.length).trim().split(/\s+/);
  const program = lastSegment(words[0] ?? '');
  return program === 'env' ? words.slice(1).find((word) => !word.startsWith('-') && !word.includes('=')) : program;
};

/** Kernels read no more of it either. */
const maxFirstLine = 256;

/** What {@link languagesOfPath} wants of a file's text: empty where it does not begin with `#!`. */
export const firstLineOf = (text: string): string =>
  text.startsWith('#!') ? (/^[^\r\n]*/.exec(text.slice(0, maxFirstLine))?.[0] ?? '') : '';

/** {@link firstLineOf} of text that is not decoded yet. */
export const firstLineOfBytes = (bytes: Uint8Array): string =>
  bytes[0] === 0x23 && bytes[1] === 0x21 ? firstLineOf(Buffer.from(bytes.subarray(0, maxFirstLine)).toString('latin1')) : '';

/**
 * Languages whose rules look at a file of that path: a header is C and C++ alike. A file whose name has no extension is what its first
 * line says runs it. `generic` and `regex` look at every file.
 */
export const languagesOfPath = (path: string, firstLine = ''): readonly LanguageEntry[] => {
  const name = lastSegment(path);
  const claimed = languageEntries.filter(
    ({ extensions, excluded }) =>
      extensions.some((extension) => claims(extension, name)) && !excluded.some((extension) => claims(extension, name)),
  );
  if (claimed.length > 0 || name.includes('.') || !firstLine.startsWith('#!')) return claimed;
  const interpreter = interpreterOf(firstLine) ?? '';
  return languageEntries.filter(({ interpreters }) => interpreters.includes(interpreter));
};

/** Those with programs that run files of them. */
export const scriptLanguages = languageEntries.filter(({ interpreters }) => interpreters.length > 0);

/** Whether the name leaves it to the first line what a file is. */
export const isScriptName = (path: string): boolean => !lastSegment(path).includes('.') && languagesOfPath(path).length === 0;

/** Languages a file of that path can be in as long as nobody has looked into it. */
export const possibleLanguagesOfPath = (path: string): readonly LanguageEntry[] =>
  isScriptName(path) ? scriptLanguages : languagesOfPath(path);

/** The table a file of that path is read with. */
export const tableOfPath = ({ tables }: LanguageEntry, path: string): LanguageTable | undefined => {
  const name = lastSegment(path);
  return (
    tables.find(({ extensions }) => extensions?.some((extension) => claims(extension, name)) === true) ??
    tables.find(({ extensions }) => extensions === undefined)
  );
};
