import { defineConfig } from 'vitest/config';

if (Number(process.versions.node.split('.')[0]) < 24) {
  throw new Error(`tests need the project's own Node 24, this is ${process.versions.node}: run "npm ci", then "npm test"`);
}

/** Contracts that need a database of their own: they run with what is SQL, since starting databases takes longer than all of `npm run check` may. */
const databaseContracts = ['src/ports/database/**/*.contract.test.ts', 'src/ports/dispatcher/postgres-notify/*.contract.test.ts'];

/**
 * Unit tests sit beside the code, contracts prove the promises of a seam, `database` runs what is SQL on both databases, e2e runs the program
 * as a person would. Test files share a process where they can, since product code keeps no state in its modules. The limits are for a test
 * that hangs, not to prove speed.
 */
export default defineConfig({
  test: {
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          isolate: false,
          testTimeout: 30_000,
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'test/golden/**/*.test.ts', 'test/chaos/**/*.test.ts'],
          exclude: ['src/**/*.contract.test.ts', 'src/**/*.database.test.ts'],
        },
      },
      {
        test: {
          name: 'contract',
          include: ['src/**/*.contract.test.ts'],
          exclude: databaseContracts,
          isolate: false,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'database',
          include: ['src/**/*.database.test.ts', ...databaseContracts],
          globalSetup: ['test/support/database-images.ts'],
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 } },
    ],
  },
});
