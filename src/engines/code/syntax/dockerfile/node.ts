import type { ShapeName, SlotName } from '../shape.ts';

/** Every kind of node in a Dockerfile's tree; their position is the code in the `kind` column. */
export const dockerfileKinds = [
  'dockerfile',
  // Instructions.
  'from',
  'run',
  'cmd',
  'label',
  'maintainer',
  'expose',
  'env',
  'add',
  'copy',
  'entrypoint',
  'volume',
  'user',
  'workdir',
  'arg',
  'onbuild',
  'stopsignal',
  'healthcheck',
  'shell',
  /** A pattern's `...` or metavariable on a line of its own. */
  'placeholder',
  'unknown_instruction',
  // Parts of them.
  'flag',
  'image',
  'image_name',
  'tag',
  'digest',
  'alias',
  'account',
  'name',
  'group',
  'pair',
  'word',
  'quoted',
  'array',
  // What a shell reads.
  'shell_line',
  'command',
  /** Assignments or `!`, and the command after them. */
  'prefixed',
  'substitution',
  'pipe',
  'and_or',
  'operator',
  'script',
] as const;
export type DockerfileKind = (typeof dockerfileKinds)[number];

export interface DockerfileNode {
  readonly kind: DockerfileKind;
  readonly shape?: ShapeName;
  readonly slot?: SlotName;
  readonly start: number;
  readonly end: number;
  /** Metavariables do not stand for it. */
  readonly isUnnamed?: boolean;
  readonly children?: readonly DockerfileNode[];
}
