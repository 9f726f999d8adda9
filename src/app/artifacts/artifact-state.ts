import type { Artifact } from '../../domain/artifact.ts';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';

export const artifactNotReady = (): AppError =>
  new AppError('artifact_not_ready', 'the bytes of the artifact have not arrived yet', {
    hint: 'Upload them to the URL it was made with.',
  });

export const artifactExpired = (): AppError =>
  new AppError('artifact_expired', 'the artifact is past its end and is not given out any more', { hint: 'Make it again.' });

export const isExpired = (artifact: Artifact, clock: Clock): boolean =>
  artifact.expiresAt !== undefined && artifact.expiresAt.getTime() <= clock.now();
