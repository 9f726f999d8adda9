import { Tokenizer, TokenType } from '@streamparser/json';
import { throwIfAborted } from '../../lib/abort.ts';

/** A value at a wanted place. `place` is its path with `*` for a place in a list, `indexes` are those places, outermost first. */
export interface JsonElement {
  readonly place: string;
  readonly indexes: readonly number[];
  /** Undefined for a container that only begins here. Objects have no prototype. */
  readonly value: unknown;
}

export interface WantedElements {
  /** Given whole, whatever they are: `runs.*.results.*`. */
  readonly values: ReadonlySet<string>;
  /** Told when they begin: `runs.*`. */
  readonly containers: ReadonlySet<string>;
}

export interface JsonLimits {
  readonly maxDepth: number;
  /** Of one wanted value. */
  readonly maxValueBytes: number;
  /** Of one string or number anywhere: the parser holds it in memory even where nobody wants it. */
  readonly maxTextBytes: number;
}

export interface ElementOptions {
  readonly wanted: WantedElements;
  readonly limits: JsonLimits;
  readonly signal: AbortSignal;
  /** Makes the error for what is no JSON, is cut off, or is beyond a limit. Never quotes the text: it may be a secret. */
  readonly invalid: (reason: string) => Error;
}

interface Frame {
  readonly isArray: boolean;
  /** Where it is; undefined where nothing below is wanted, which is most of a log and must cost little. */
  readonly place: string | undefined;
  /** What is built; undefined where the value is not wanted. */
  readonly built: Record<string, unknown> | unknown[] | undefined;
  /** Of the member or item that comes. */
  key: string;
  index: number;
}

type Expected = 'value' | 'first-item' | 'first-key' | 'key' | 'colon' | 'end-of-value' | 'nothing';

/** Every place above a wanted one, the whole text (an empty place) among them. */
const placesAbove = ({ values, containers }: WantedElements): ReadonlySet<string> =>
  new Set(
    [...values, ...containers].flatMap((place) => {
      const parts = place.split('.');
      return parts.map((_, count) => parts.slice(0, count).join('.'));
    }),
  );

/** A key that would read as part of a path names nothing that is wanted. */
const placePart = (frame: Frame): string => (frame.isArray ? '*' : /[.*]/.test(frame.key) ? '\0' : frame.key);

/** Puts tokens together, of which only wanted values are kept. */
const createCollector = ({ wanted, limits, invalid }: ElementOptions, emit: (element: JsonElement) => void) => {
  const frames: Frame[] = [];
  let expected: Expected = 'value';
  /** Depth and first byte of the wanted value that is being built. */
  let wantedFrom:
    | { readonly depth: number; readonly offset: number; readonly place: string; readonly indexes: readonly number[] }
    | undefined;

  const unexpected = (): Error => invalid('it is not JSON');

  const above = placesAbove(wanted);

  /** Place of the value that comes; undefined where it cannot be wanted, nor anything in it. */
  const placeHere = (): string | undefined => {
    const frame = frames.at(-1);
    if (frame === undefined) return '';
    if (frame.place === undefined) return undefined;
    return frame.place === '' ? placePart(frame) : `${frame.place}.${placePart(frame)}`;
  };

  const indexesHere = (): readonly number[] => frames.filter(({ isArray }) => isArray).map(({ index }) => index);

  const attach = (value: unknown): void => {
    const frame = frames.at(-1);
    if (frame?.built === undefined) return;
    if (Array.isArray(frame.built)) frame.built.push(value);
    else frame.built[frame.key] = value;
  };

  const endValue = (): void => {
    expected = frames.length === 0 ? 'nothing' : 'end-of-value';
  };

  const takeScalar = (value: unknown): void => {
    if (wantedFrom !== undefined) attach(value);
    else {
      const place = placeHere();
      if (place !== undefined && wanted.values.has(place)) emit({ place, indexes: indexesHere(), value });
    }
    endValue();
  };

  const open = (isArray: boolean, offset: number): void => {
    if (frames.length >= limits.maxDepth) throw invalid(`it is nested deeper than ${limits.maxDepth} levels`);
    const place = wantedFrom === undefined ? placeHere() : undefined;
    if (place !== undefined && wanted.values.has(place)) wantedFrom = { depth: frames.length, offset, place, indexes: indexesHere() };
    else if (place !== undefined && wanted.containers.has(place)) emit({ place, indexes: indexesHere(), value: undefined });
    const built = wantedFrom === undefined ? undefined : isArray ? [] : (Object.create(null) as Record<string, unknown>);
    if (wantedFrom !== undefined && frames.length > wantedFrom.depth) attach(built);
    frames.push({ isArray, place: place !== undefined && above.has(place) ? place : undefined, built, key: '', index: 0 });
    expected = isArray ? 'first-item' : 'first-key';
  };

  const close = (isArray: boolean): void => {
    const frame = frames.pop();
    if (frame?.isArray !== isArray) throw unexpected();
    if (wantedFrom !== undefined && frames.length === wantedFrom.depth) {
      emit({ place: wantedFrom.place, indexes: wantedFrom.indexes, value: frame.built });
      wantedFrom = undefined;
    }
    endValue();
  };

  const takeValue = (token: TokenType, value: unknown, offset: number): void => {
    switch (token) {
      case TokenType.LEFT_BRACE:
        return open(false, offset);
      case TokenType.LEFT_BRACKET:
        return open(true, offset);
      case TokenType.STRING:
      case TokenType.NUMBER:
      case TokenType.TRUE:
      case TokenType.FALSE:
      case TokenType.NULL:
        return takeScalar(value);
      default:
        throw unexpected();
    }
  };

  const afterValue = (token: TokenType): void => {
    const frame = frames.at(-1);
    if (token === TokenType.RIGHT_BRACE) return close(false);
    if (token === TokenType.RIGHT_BRACKET) return close(true);
    if (token !== TokenType.COMMA || frame === undefined) throw unexpected();
    frame.index += 1;
    expected = frame.isArray ? 'value' : 'key';
  };

  return {
    isWhole: (): boolean => expected === 'nothing',
    take: (token: TokenType, value: unknown, offset: number): void => {
      if (wantedFrom !== undefined && offset - wantedFrom.offset > limits.maxValueBytes)
        throw invalid(`a value of ${wantedFrom.place} has more than ${limits.maxValueBytes} bytes`);
      switch (expected) {
        case 'value':
          return takeValue(token, value, offset);
        case 'first-item':
          return token === TokenType.RIGHT_BRACKET ? close(true) : takeValue(token, value, offset);
        case 'first-key':
        case 'key': {
          if (token === TokenType.RIGHT_BRACE && expected === 'first-key') return close(false);
          const frame = frames.at(-1);
          if (token !== TokenType.STRING || frame === undefined) throw unexpected();
          frame.key = String(value);
          expected = 'colon';
          return;
        }
        case 'colon':
          if (token !== TokenType.COLON) throw unexpected();
          expected = 'value';
          return;
        case 'end-of-value':
          return afterValue(token);
        case 'nothing':
          throw invalid('something follows the end of it');
      }
    },
  };
};

/** Small enough that a limit is noticed soon after it is passed. */
const stepBytes = 64 * 1024;

function* steps(chunk: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < chunk.length; from += stepBytes) yield chunk.subarray(from, from + stepBytes);
}

/**
 * The wanted values of one JSON text of any size, in the order they stand there. Holds no more of it in memory than one wanted value; what
 * is not wanted is checked and dropped.
 */
export async function* jsonElements(bytes: AsyncIterable<Uint8Array>, options: ElementOptions): AsyncGenerator<JsonElement> {
  const { limits, signal, invalid } = options;
  let found: JsonElement[] = [];
  let position = 0;
  let lastToken = -1;
  const tokenizer = new Tokenizer();
  const collector = createCollector(options, (element) => found.push(element));
  tokenizer.onToken = ({ token, value, offset }) => {
    lastToken = offset;
    collector.take(token, value, offset);
  };
  let failure: Error | undefined;
  tokenizer.onError = (error) => {
    failure ??= error;
  };
  for await (const chunk of bytes) {
    throwIfAborted(signal);
    for (const step of steps(chunk)) {
      tokenizer.write(step);
      // The tokenizer's own errors quote the text; the collector's are ours.
      if (failure !== undefined)
        throw failure.name === 'AppError' ? failure : invalid(`it is not JSON, near byte ${Math.max(lastToken, 0)}`);
      position += step.length;
      if (position - lastToken > limits.maxTextBytes && !collector.isWhole())
        throw invalid(`a text near byte ${lastToken + 1} has more than ${limits.maxTextBytes} bytes`);
    }
    yield* found;
    found = [];
  }
  if (!collector.isWhole()) throw invalid(`it ends in the middle, after ${position} bytes`);
}
