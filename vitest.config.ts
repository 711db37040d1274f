import { defineConfig } from 'vitest/config'
import { otherResults } from './tests/config/publishedRuns.ts'

const goldens = 'tests/goldens/**/*.test.ts'
/** The whole command line, whole notebooks, a whole site in a browser. */
const endToEnd = ['tests/e2e/**/*.test.ts', 'tests/site/**/*.test.ts']
/** What `npm run test:slow` tries many times where the others try it a few (tests/e2e/often.ts). */
const oftenTried = [
  ...[
    'tests/e2e/kill*.test.ts',
    'tests/e2e/runLock.test.ts',
    'tests/e2e/runNotebooks.test.ts',
    'tests/e2e/answers.test.ts',
    'tests/e2e/jupyterLab.test.ts',
  ],
  'tests/study/tunerStudy.test.ts',
]
/** Of these one sort of kill is enough for every run: in training and while a data set is built. */
const killedElsewhere = ['tests/e2e/killTuning.test.ts', 'tests/e2e/killBuildPhases.test.ts']
/** Too long for every run: packs and installs. */
const slow = 'tests/slow/**/*.test.ts'

/** What is said of the published results: it need not hold of those that somebody else made. */
const report = ['tests/report/**/*.test.ts', 'tests/config/pins.test.ts', 'tests/results/resultFiles.test.ts']
const others = otherResults(import.meta.dirname)
if (others !== null) console.warn(`\nSKIPPED: the tests of the published results (project "report"): ${others}\n`)

const shared = {
  // The native backend may be loaded once a process only.
  pool: 'forks' as const,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  setupFiles: process.env['NODE_V8_COVERAGE'] === undefined ? [] : ['scripts/stations/takeCoverage.mjs'],
  env: { TF_CPP_MIN_LOG_LEVEL: '2', TF_NUM_INTRAOP_THREADS: '1' },
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    passWithNoTests: others !== null,
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          // One process for many files: a process of its own for each would take half of the time. What a test sets for its
          // process it must set back; these do it for stubs and spies.
          isolate: false,
          ...{ unstubEnvs: true, unstubGlobals: true, restoreMocks: true },
          include: ['tests/**/*.test.ts'],
          exclude: [goldens, slow, ...endToEnd, ...report],
        },
      },
      { test: { ...shared, name: 'report', include: others === null ? report : [] } },
      { test: { ...shared, name: 'goldens', include: [goldens] } },
      // Two at a time: much of their time they wait for a process to start, a sound to play, a kill to come.
      {
        test: {
          ...shared,
          name: 'e2e',
          include: endToEnd,
          exclude: killedElsewhere,
          globalSetup: 'tests/site/sharedFolder.ts',
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'slow',
          include: [...oftenTried, slow],
          env: { ...shared.env, CANTUS_TEST_OFTEN: '1' },
          fileParallelism: false,
          testTimeout: 1_800_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
