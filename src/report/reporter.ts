import type { ScanReport } from '../domain/scan.ts';

export interface RenderOptions {
  /** ANSI colours; only the table uses them. */
  readonly colour: boolean;
  /** Columns of the terminal; 80 when unknown. */
  readonly width: number;
  /** List excluded files and active rules too. */
  readonly verbose: boolean;
}

/**
 * One rendering of a report. Pure: the same report gives the same text. Every piece of text that comes from a scanned tree (paths,
 * snippets, messages, commit subjects, rule texts of a user's file) is hostile and is neutralised for the format's reader.
 */
export interface Reporter {
  readonly name: string;
  readonly summary: string;
  /** Usual file ending, without dot. */
  readonly extension: string;
  /** Text in pieces, so that a large report is never one string. */
  readonly render: (report: ScanReport, options: RenderOptions) => Iterable<string>;
}
