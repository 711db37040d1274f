#!/usr/bin/env node
// npm run check: types, lint, format, unit tests; stops at the first that fails.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exitOnSetupError, setup } from './setup.mjs'
import { root } from './setup/steps.mjs'
import { runPinned } from './runPinned.mjs'

const tool = (path, ...args) => [join(root, 'node_modules', path), ...args]
const vitest = (...args) => tool('vitest/vitest.mjs', 'run', ...args)

const steps = {
  types: tool('typescript/bin/tsc', '--noEmit'),
  'site types': tool('astro/bin/astro.mjs', 'check', '--root', 'site', '--minimumSeverity', 'error'),
  lint: tool('eslint/bin/eslint.js', '--max-warnings=0', '.'),
  format: tool('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'),
  'unit tests': vitest('--project=unit'),
}

/** Runs the named steps in turn; the first exit status that is not 0, or 0. */
export async function runSteps(named) {
  for (const [name, args] of Object.entries(named)) {
    const started = Date.now()
    console.log(`\n== ${name}`)
    const status = await runPinned(args, { cwd: root })
    if (status !== 0) {
      console.log(`== ${name}: failed (exit ${status})`)
      return status
    }
    console.log(`== ${name}: ok, ${((Date.now() - started) / 1000).toFixed(1)} s`)
  }
  return 0
}

export const checkSteps = steps
export { vitest }

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await exitOnSetupError(async () => {
    await setup()
    process.exit(await runSteps(steps))
  })
}
