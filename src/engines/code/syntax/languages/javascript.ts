import type { Language } from '../language.ts';
import { tsx } from './typescript.ts';

/** Read with the grammar of TypeScript: it reads what people write with types in files of this name, too, and is as fast. */
export const javascript: Language = { ...tsx, id: 'javascript', aliases: ['js'], extensions: ['.cjs', '.js', '.jsx', '.mjs'] };
