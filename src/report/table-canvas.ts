import { styleText } from 'node:util';
import type { Severity } from '../domain/severity.ts';
import type { RenderOptions } from './reporter.ts';

export type Style = Parameters<typeof styleText>[0];

/** How a table is drawn: `paint` colours only where colours are wanted, `width` is at least 40 columns. */
export interface TableCanvas {
  readonly paint: (style: Style, text: string) => string;
  readonly width: number;
}

const severityStyles: Readonly<Record<Severity, Style>> = {
  critical: ['bold', 'white', 'bgRed'],
  high: ['bold', 'red'],
  medium: ['bold', 'yellow'],
  low: ['bold', 'cyan'],
  info: ['bold', 'gray'],
};

export const severityStyle = (severity: Severity): Style => severityStyles[severity];

/** Wider than 120 columns nobody follows a line. */
export const tableCanvas = (options: Pick<RenderOptions, 'colour' | 'width'>): TableCanvas => ({
  paint: (style, text) => (options.colour && text !== '' ? styleText(style, text, { validateStream: false }) : text),
  width: Math.min(Math.max(options.width, 40), 120),
});
