import { colourWish, type Environment } from '../config/load.ts';
import type { Terminal } from './context.ts';

export interface ColourOptions {
  /** `--color` true, `--no-color` false, neither undefined. */
  readonly color?: boolean | undefined;
}

/** The option decides, then the environment, then whether somebody is looking. */
export const useColour = (stream: Terminal, environment: Environment, options: ColourOptions): boolean =>
  options.color ?? colourWish(environment) ?? stream.isTTY === true;

/** Columns of a terminal; 80 when it is none or does not tell. */
export const widthOf = (stream: Terminal): number =>
  stream.isTTY === true && stream.columns !== undefined && stream.columns > 0 ? stream.columns : 80;

export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
}

const wrap =
  (open: number, close: number) =>
  (text: string): string =>
    `\u001B[${open}m${text}\u001B[${close}m`;
const plain = (text: string): string => text;

export const paintFor = (colour: boolean): Paint =>
  colour
    ? { bold: wrap(1, 22), dim: wrap(2, 22), red: wrap(31, 39), yellow: wrap(33, 39), green: wrap(32, 39) }
    : { bold: plain, dim: plain, red: plain, yellow: plain, green: plain };
