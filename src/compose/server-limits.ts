import type { ServerLimits } from '../app/dependencies.ts';
import type { ServerValues } from '../cli/server-control.ts';

/** The settings that use cases go by. */
export const serverLimits = (values: ServerValues): ServerLimits => ({
  maxActiveScans: values.maxActiveScans,
  leaseMs: values.leaseMs,
  maxAttempts: values.maxAttempts,
  taskTimeoutMs: values.taskTimeoutMs,
  scanTimeoutMs: values.scanTimeoutMs,
  maxUploadBytes: values.maxUploadBytes,
  maxPendingUploads: values.maxPendingUploads,
  maxPendingUploadBytes: values.maxPendingUploadBytes,
  uploadUrlMs: values.uploadUrlMs,
  downloadUrlMs: values.downloadUrlMs,
  retentionMs: values.retentionMs,
  keepLatest: values.keepLatest,
  eventRetentionMs: values.eventRetentionMs,
  allowHosts: values.allowHosts,
});
