#!/usr/bin/env node
// npm run check: types, lint and format, two at a time, then the unit tests and those of the published results if those pass.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exitOnSetupError, setup } from './setup.mjs'
import { root } from './setup/steps.mjs'
import { runPinned } from './runPinned.mjs'

const tool = (path, ...args) => [join(root, 'node_modules', path), ...args]
const vitest = (...args) => tool('vitest/vitest.mjs', 'run', ...args)

/** Checks that only read files; each takes one core. */
const staticSteps = {
  types: tool('typescript/bin/tsc', '--noEmit'),
  'site types': tool('astro/bin/astro.mjs', 'check', '--root', 'site', '--minimumSeverity', 'error'),
  lint: tool('eslint/bin/eslint.js', '--max-warnings=0', '.'),
  format: tool('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'),
}
const AT_A_TIME = 2

/** Runs the named steps in turn; the first exit status that is not 0, or 0. */
export async function runSteps(named) {
  for (const [name, args] of Object.entries(named)) {
    const started = Date.now()
    console.log(`\n== ${name}`)
    const status = await runPinned(args, { cwd: root })
    sayEnd(name, status, started)
    if (status !== 0) return status
  }
  return 0
}

/** Runs these checks two at a time, and shows what each printed when it has ended. */
export async function runStaticSteps() {
  const left = Object.entries(staticSteps)
  const statuses = []
  const worker = async () => {
    for (let step = left.shift(); step !== undefined; step = left.shift()) {
      const [name, args] = step
      const started = Date.now()
      let printed = ''
      const status = await runPinned(args, { cwd: root, say: (text) => (printed += text) })
      console.log(`\n== ${name}\n${printed.trimEnd()}`)
      sayEnd(name, status, started)
      statuses.push(status)
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, worker))
  return statuses.find((status) => status !== 0) ?? 0
}

function sayEnd(name, status, started) {
  const how = status === 0 ? `ok, ${((Date.now() - started) / 1000).toFixed(1)} s` : `failed (exit ${status})`
  console.log(`== ${name}: ${how}`)
}

export { vitest }

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await exitOnSetupError(async () => {
    await setup()
    const status = await runStaticSteps()
    const tests = vitest('--project=unit', '--project=report')
    process.exit(status === 0 ? await runSteps({ 'unit tests and report': tests }) : status)
  })
}
