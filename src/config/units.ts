/** Sizes and durations as people write them, read strictly: a number, a unit, nothing else. */

const byteUnits: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};
const durationUnits: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export const byteForm = 'a size such as 500kB, 100MB or 2GiB';
export const durationForm = 'a duration such as 500ms, 30s, 5m, 1h or 90d';

const quantity = (text: string, units: Readonly<Record<string, number>>, bare: number | undefined): number | undefined => {
  const match = /^(\d{1,15}(?:\.\d{1,3})?)([A-Za-z]*)$/.exec(text);
  if (match === null) return undefined;
  const [, digits = '', unit = ''] = match;
  const factor = unit === '' ? bare : Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor === undefined) return undefined;
  const value = Number(digits) * factor;
  return Number.isSafeInteger(Math.round(value)) ? Math.round(value) : undefined;
};

/** Bytes, or undefined when the text is no size. A bare number counts bytes. */
export const parseBytes = (text: string): number | undefined => quantity(text, byteUnits, 1);

/** Milliseconds, or undefined when the text is no duration. A bare number is refused: it would be a guess. */
export const parseDuration = (text: string): number | undefined => quantity(text, durationUnits, undefined);

const largestExact = (value: number, units: readonly (readonly [string, number])[]): string => {
  for (const [unit, factor] of units) if (value >= factor && value % factor === 0) return `${value / factor}${unit}`;
  return '';
};

/** The shortest text that {@link parseBytes} reads back to the same number. */
export const formatBytes = (bytes: number): string =>
  largestExact(bytes, [
    ['GiB', 1024 ** 3],
    ['GB', 1e9],
    ['MiB', 1024 ** 2],
    ['MB', 1e6],
    ['KiB', 1024],
    ['kB', 1e3],
  ]) || `${bytes}B`;

/** The shortest text that {@link parseDuration} reads back to the same number. */
export const formatDuration = (milliseconds: number): string =>
  largestExact(milliseconds, [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ]) || `${milliseconds}ms`;
