import type { Binding, Bindings } from './match.ts';

/** Longer texts are told by where they stand: places nest, and writing out each would take their product. */
const shownLength = 64;

const textKey = ({ start, end, text }: Binding): string => (text.length > shownLength && text.length === end - start ? '' : text);

/** What bindings say, for telling matches at one place apart. */
export const bindingsKey = (bindings: Bindings): string =>
  [...bindings]
    .map(([name, binding]) => `${name}\0${binding.start}\0${binding.end}\0${textKey(binding)}`)
    .sort()
    .join('\x01');
