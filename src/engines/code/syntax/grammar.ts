import type * as TreeSitter from 'web-tree-sitter';
import { AppError } from '../../../lib/errors.ts';
import { flatten } from './flatten.ts';
import { grammarFile } from './grammar-file.ts';
import { compileKinds, type KindTable } from './kind-table.ts';
import type { Language } from './language.ts';
import type { SyntaxTree } from './tree.ts';

/** What one parse may cost. */
export interface ParseBudget {
  /** UTF-16 code units of the text. WASM memory never shrinks: this is what bounds it (about 20 bytes a character while it parses). */
  readonly maxCharacters: number;
  readonly maxNodes: number;
  /** Asked every few hundred steps of the parser. */
  readonly isSpent: () => boolean;
}

export interface ParseProblem {
  readonly problem: 'too_large' | 'too_many_nodes' | 'out_of_time' | 'parser_failed';
  readonly detail: string;
}

export type ParseOutcome = { readonly tree: SyntaxTree } | ParseProblem;

/** A grammar on this thread, ready to parse. */
export interface OpenGrammar {
  readonly language: Language;
  /** Never throws. What the grammar could not read is in the tree as error nodes. */
  readonly parse: (text: string, budget: ParseBudget) => ParseOutcome;
}

/** The grammars of one thread; each is loaded when first asked for. */
export interface Grammars {
  /** @throws when the grammar's file is missing or of another version: a broken installation. */
  readonly open: (language: Language, options: { readonly signal: AbortSignal }) => Promise<OpenGrammar>;
  /** Why a language that may be missing (`Language.isOptional`) is not to be opened; undefined where it can be. */
  readonly lackOf: (language: Language) => string | undefined;
  /** Frees the parsers. */
  readonly close: () => void;
}

interface LoadedGrammar {
  readonly parser: TreeSitter.Parser;
  readonly table: KindTable;
  readonly language: Language;
}

const parseWith = ({ parser, table, language }: LoadedGrammar, text: string, budget: ParseBudget): ParseOutcome => {
  let source: TreeSitter.Tree | null = null;
  try {
    source = parser.parse(language.legible?.(text) ?? text, null, { progressCallback: () => budget.isSpent() });
    if (source === null) {
      parser.reset();
      return { problem: 'out_of_time', detail: 'the parser was stopped before the end of the file' };
    }
    const tree = flatten(source, text, table, budget.maxNodes);
    if (tree !== 'too_many_nodes') {
      return { tree: language.refine?.(tree) ?? tree };
    }
    return { problem: 'too_many_nodes', detail: `more than ${budget.maxNodes} syntax nodes` };
  } catch (error) {
    return { problem: 'parser_failed', detail: error instanceof Error ? error.message : String(error) };
  } finally {
    source?.delete();
  }
};

/** `fileOf`: where the grammar of a specifier is. */
export const createGrammars = (fileOf: (specifier: string) => string | undefined = grammarFile): Grammars => {
  const loading = new Map<string, Promise<TreeSitter.Language>>();
  const parsers: TreeSitter.Parser[] = [];
  const opened = new Map<Language, Promise<OpenGrammar>>();
  let runtime: Promise<typeof TreeSitter> | undefined;

  const startRuntime = async (): Promise<typeof TreeSitter> => {
    const treeSitter = await import('web-tree-sitter');
    await treeSitter.Parser.init();
    return treeSitter;
  };

  const loadGrammar = async (treeSitter: typeof TreeSitter, specifier: string): Promise<TreeSitter.Language> => {
    const known = loading.get(specifier);
    if (known !== undefined) return known;
    const file = fileOf(specifier);
    if (file === undefined) throw new AppError('engine_failed', `the grammar ${specifier} is not installed`);
    const started = treeSitter.Language.load(file);
    loading.set(specifier, started);
    return started;
  };

  const openGrammar = async (language: Language): Promise<OpenGrammar> => {
    const { grammar } = language;
    const tooLarge = (text: string, budget: ParseBudget): ParseProblem | undefined =>
      text.length > budget.maxCharacters
        ? { problem: 'too_large', detail: `${text.length} characters, parsed are up to ${budget.maxCharacters}` }
        : undefined;
    if (typeof grammar !== 'string') {
      return { language, parse: (text, budget) => tooLarge(text, budget) ?? { tree: grammar(text) } };
    }
    runtime ??= startRuntime();
    const treeSitter = await runtime;
    const loaded = await loadGrammar(treeSitter, grammar);
    const parser = new treeSitter.Parser();
    parser.setLanguage(loaded);
    parsers.push(parser);
    const table = compileKinds(language, { types: loaded.types, fields: loaded.fields, isNamed: (kind) => loaded.nodeTypeIsNamed(kind) });
    return {
      language,
      parse: (text, budget) => tooLarge(text, budget) ?? parseWith({ parser, table, language }, text, budget),
    };
  };

  return {
    open: async (language, { signal }) => {
      signal.throwIfAborted();
      const known = opened.get(language) ?? openGrammar(language);
      opened.set(language, known);
      return known;
    },
    lackOf: ({ id, grammar, isOptional }) => {
      if (isOptional !== true || typeof grammar !== 'string' || fileOf(grammar) !== undefined) return undefined;
      return `the grammar of ${id} is not installed: in a checkout, "npm ci" with development dependencies brings it`;
    },
    close: () => {
      for (const parser of parsers.splice(0)) parser.delete();
      opened.clear();
    },
  };
};
