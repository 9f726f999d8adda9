/** A line of a scan's log. */
export interface LogLine {
  /** Grows with each line of the scan. */
  readonly id: number;
  readonly at: Date;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly taskId?: string;
  readonly epoch?: number;
  readonly message: string;
}
