import { defineConfig } from 'vitest/config';

if (Number(process.versions.node.split('.')[0]) < 24) {
  throw new Error(`tests need the project's own Node 24, this is ${process.versions.node}: run "npm ci", then "npm test"`);
}

/** Contracts that need a database of their own: they run with what is SQL, since starting databases takes longer than all of `npm run check` may. */
const databaseContracts = ['src/ports/database/**/*.contract.test.ts', 'src/ports/dispatcher/postgres-notify/*.contract.test.ts'];

/**
 * Unit tests sit beside the code, contracts prove the promises of a seam, `database` runs what is SQL on both databases, e2e runs the program
 * as a person would. Test files share a process where they can, since product code keeps no state in its modules. The limits are for a test
 * that hangs, not to prove speed: a machine that is busy with other things makes a test slow, never wrong.
 */
const patience = { testTimeout: 300_000, hookTimeout: 300_000, expect: { poll: { timeout: 60_000 } } };

export default defineConfig({
  test: {
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          isolate: false,
          ...patience,
          include: [
            'src/**/*.test.ts',
            'scripts/**/*.test.ts',
            'test/golden/**/*.test.ts',
            'test/chaos/**/*.test.ts',
            'test/conformance/**/*.test.ts',
          ],
          exclude: ['src/**/*.contract.test.ts', 'src/**/*.database.test.ts'],
        },
      },
      {
        test: {
          name: 'contract',
          include: ['src/**/*.contract.test.ts'],
          exclude: databaseContracts,
          isolate: false,
          ...patience,
        },
      },
      {
        test: {
          name: 'database',
          include: ['src/**/*.database.test.ts', ...databaseContracts],
          globalSetup: ['test/support/database-images.ts'],
          isolate: false,
          ...patience,
        },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...patience } },
    ],
  },
});
