#!/usr/bin/env node
// npm test: npm run check, then the goldens and the end-to-end tests. `npm test -- FILTER` runs only matching test files;
// `npm run test:slow` tries many times what the others try a few times (tests/e2e/often.ts).
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exitOnSetupError, setup } from './setup.mjs'
import { runStaticSteps, runSteps, vitest } from './check.mjs'

const reports = ['unit', 'report', 'goldens', 'e2e'].map((name) => [
  name,
  join(tmpdir(), `cantus-${process.pid}-${name}.json`),
])

const reported = (name, file) =>
  vitest(`--project=${name}`, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`)

/** One closing line over all projects: `N passed, N failed, N skipped`. */
function sumUp() {
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const [, file] of reports) {
    let report
    try {
      report = JSON.parse(readFileSync(file, 'utf8'))
    } catch (error) {
      if (error.code !== 'ENOENT') throw error
      continue
    }
    total.passed += report.numPassedTests
    total.failed += report.numFailedTests
    total.skipped += report.numPendingTests
    rmSync(file)
  }
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
}

await exitOnSetupError(async () => {
  await setup()
  const filters = process.argv.slice(2)
  if (filters.length > 0) {
    const named = filters.some((filter) => filter.startsWith('--project'))
    process.exit(await runSteps({ tests: vitest(...(named ? [] : ['--project=!slow']), ...filters) }))
  }
  const read = await runStaticSteps()
  if (read !== 0) process.exit(read)
  const files = Object.fromEntries(reports)
  const status = await runSteps({
    'unit tests': reported('unit', files.unit),
    report: reported('report', files.report),
    goldens: reported('goldens', files.goldens),
    'end to end': reported('e2e', files.e2e),
  })
  sumUp()
  process.exit(status)
})
