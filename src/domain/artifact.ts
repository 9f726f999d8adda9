/** A stored object: an upload to scan, a task's result, a report. Its bytes are in the blob store. */
export const artifactTypes = ['source', 'result', 'report', 'log', 'sarif'] as const;
export type ArtifactType = (typeof artifactTypes)[number];

export interface Artifact {
  readonly organizationId: string;
  readonly id: string;
  readonly type: ArtifactType;
  /** `pending` until its bytes arrived and agree with size and digest. */
  readonly state: 'pending' | 'available' | 'deleted';
  readonly projectId?: string;
  readonly scanId?: string;
  readonly taskId?: string;
  readonly epoch?: number;
  readonly filename: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly storageKey: string;
  readonly createdAt: Date;
  readonly availableAt?: Date;
  readonly expiresAt?: Date;
}
