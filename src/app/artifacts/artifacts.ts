import type { Artifact, ArtifactType } from '../../domain/artifact.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { CallOptions } from '../../lib/call-options.ts';

export interface NewArtifact {
  readonly type: Extract<ArtifactType, 'source' | 'sarif'>;
  readonly filename: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly projectId?: string;
  /** Kept so long after its upload; default 24 h. */
  readonly expiresInMs?: number;
}

/** A URL that says by itself what it allows: method, object, size, digest, end. */
export interface SignedUrl {
  readonly method: 'PUT' | 'GET';
  /** Absolute path on this server, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: Date;
}

export interface Artifacts {
  /** @throws AppError `size_limit` */
  readonly create: (
    caller: Caller,
    input: NewArtifact,
    options: CallOptions,
  ) => Promise<{ readonly artifact: Artifact; readonly upload: SignedUrl }>;
  readonly get: (caller: Caller, artifactId: string, options: CallOptions) => Promise<Artifact>;
  /** A fresh download URL. @throws AppError `artifact_not_ready`, `artifact_expired` */
  readonly download: (caller: Caller, artifactId: string, options: CallOptions) => Promise<SignedUrl>;
  readonly list: (
    caller: Caller,
    filter: { readonly scanId?: string; readonly type?: ArtifactType },
    page: PageRequest,
    options: CallOptions,
  ) => Promise<Page<Artifact>>;
  readonly remove: (caller: Caller, artifactId: string, options: CallOptions) => Promise<void>;
  /** The other end of an upload URL; no caller, the signature is the permission. @throws AppError `signature_invalid`, `artifact_integrity`, `size_limit`, `artifact_conflict` */
  readonly receive: (request: SignedRequest, bytes: AsyncIterable<Uint8Array>, options: CallOptions) => Promise<Artifact>;
  /** The other end of a download URL. @throws AppError `signature_invalid`, `not_found`, `artifact_expired` */
  readonly serve: (
    request: SignedRequest,
    options: CallOptions,
  ) => Promise<{ readonly artifact: Artifact; readonly bytes: AsyncIterable<Uint8Array> }>;
}

export interface SignedRequest {
  readonly method: string;
  /** Path and query exactly as they arrived. */
  readonly url: string;
}
