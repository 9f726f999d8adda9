/**
 * A child process that must not outlive this one, even when this one is killed outright: a shell beside it waits for the pipe at
 * `descriptor` to break, which the system does for us, and takes the whole process group with it. The child must lead a group of its own,
 * and this process must hold the other end of the pipe. `sh -c SCRIPT sh PROGRAM ARGUMENT…` becomes the program.
 */
export const lifelineScript = (
  descriptor: number,
  options: { readonly before?: string; readonly closeInWatcher?: readonly number[] } = {},
): string => {
  const closed = (options.closeInWatcher ?? []).map((each) => ` ${each}>&-`).join('');
  return `${options.before ?? ''}{ read -r _ <&${descriptor}; kill -9 0; } </dev/null >/dev/null 2>&1${closed} & exec "$@" ${descriptor}<&-`;
};
