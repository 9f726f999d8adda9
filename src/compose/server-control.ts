import type { ServerControl } from '../cli/server-control.ts';
import { createMaintenance } from './maintenance.ts';
import { serve } from './serve.ts';
import type { ServerEnvironment } from './server-environment.ts';

/** What commands can do with a server's own parts. Loads a database driver, so only commands that need one load it. */
export const createServerControl = (environment: ServerEnvironment): ServerControl => ({
  ...createMaintenance(environment),
  serve: (values, options) => serve(environment, values, options),
});
