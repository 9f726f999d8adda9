/** `2026-11-22 06:20:31Z`, for columns; an instant of the server as it came, shortened to seconds. */
export const shortInstant = (instant: string | null): string =>
  instant === null ? '' : `${instant.slice(0, 10)} ${instant.slice(11, 19)}Z`;

/** Milliseconds between two instants; undefined where one is missing. */
export const between = (from: string | null, to: string | null): number | undefined =>
  from === null || to === null ? undefined : Math.max(0, Date.parse(to) - Date.parse(from));
