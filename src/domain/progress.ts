/** What a scan tells while it runs. Counts only grow; `done` may reach `total` without a last event. */
export type ProgressEvent =
  | { readonly type: 'phase'; readonly phase: 'resolve' | 'fetch' | 'unpack' | 'list' | 'prepare' | 'analyse' | 'history' | 'report' }
  | { readonly type: 'fetch'; readonly receivedBytes: number }
  | { readonly type: 'unpack'; readonly files: number; readonly bytes: number }
  | {
      readonly type: 'files';
      readonly engine: string;
      readonly done: number;
      readonly total: number;
      readonly bytesDone: number;
      readonly bytesTotal: number;
      readonly findings: number;
    }
  | { readonly type: 'commits'; readonly engine: string; readonly done: number; readonly total: number; readonly findings: number }
  | { readonly type: 'note'; readonly message: string };

export type OnProgress = (event: ProgressEvent) => void;
