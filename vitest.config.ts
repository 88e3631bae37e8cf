import { defineConfig } from 'vitest/config';

// Compiled packages are loaded as they are: rewritten imports make every call across modules several times slower.
const server = { deps: { external: [/\/dist\//] } };
const shared = { server, pool: 'threads' as const, maxWorkers: 2, testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'fast',
          include: ['*/src/**/*.test.ts', 'examples/*/src/**/*.test.ts'],
          exclude: ['**/*.slow.test.ts', '**/node_modules/**'],
        },
      },
      // Each file has a process of its own: some measure the memory and the open files of theirs.
      {
        test: {
          ...shared,
          pool: 'forks',
          name: 'slow',
          include: ['*/src/**/*.slow.test.ts'],
          testTimeout: 3_600_000,
        },
      },
    ],
  },
});
