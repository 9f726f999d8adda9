/** What a process of the server does. One may do everything; several that share a database may split it. */
export const roles = ['api', 'scheduler', 'worker'] as const;
export type Role = (typeof roles)[number];
