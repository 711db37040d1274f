#!/usr/bin/env node
// The `cantus` command: set-up where a command needs it, then dist/cli/main.js on the pinned Node.
import { join } from 'node:path'
import { build } from '../scripts/setup/build.mjs'
import { requirePackages } from '../scripts/setup/packages.mjs'
import { root } from '../scripts/setup/steps.mjs'
import { exitOnSetupError, setup } from '../scripts/setup.mjs'
import { runPinned } from '../scripts/runPinned.mjs'

/** These start from a bare clone: they bring up what they need. The others say what is missing. */
const setsUp = ['reproduce', 'lab', 'site', 'notebooks', 'bench']

async function prepare(command, args) {
  const asksForHelp = args.includes('--help') || args.includes('-h')
  if (setsUp.includes(command) && !asksForHelp) return setup()
  requirePackages()
  await build((text) => console.error(text))
}

await exitOnSetupError(async () => {
  const [command, ...rest] = process.argv.slice(2)
  if (command === 'doctor') {
    const { doctor } = await import('../scripts/doctor.mjs')
    process.exit(await doctor(rest))
  }
  await prepare(command, rest)
  process.exit(await runPinned([join(root, 'dist', 'cli', 'main.js'), ...process.argv.slice(2)]))
})
