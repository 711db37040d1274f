import { defineConfig } from 'vitest/config'

const goldens = 'tests/goldens/**/*.test.ts'
/** The whole command line, whole notebooks, a whole site in a browser. */
const endToEnd = ['tests/e2e/**/*.test.ts', 'tests/site/**/*.test.ts']
/** Minutes of stress, of which the other projects run a few rounds: `npm run test:slow`. */
const slow = 'tests/slow/**/*.test.ts'

const shared = {
  // The native backend may be loaded once a process only.
  pool: 'forks' as const,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  env: { TF_CPP_MIN_LOG_LEVEL: '2', TF_NUM_INTRAOP_THREADS: '1' },
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...shared, name: 'unit', include: ['tests/**/*.test.ts'], exclude: [goldens, slow, ...endToEnd] } },
      { test: { ...shared, name: 'goldens', include: [goldens] } },
      // One at a time: each drives the whole command line and takes both cores.
      {
        test: {
          ...shared,
          name: 'e2e',
          include: endToEnd,
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'slow',
          include: [slow],
          fileParallelism: false,
          testTimeout: 1_800_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
