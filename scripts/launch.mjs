// What bin/cantus.mjs starts in a checkout: set-up where a command needs it, then dist/cli/main.js on the pinned Node.
import { join } from 'node:path'
import { build } from './setup/build.mjs'
import { requirePackages } from './setup/packages.mjs'
import { root } from './setup/steps.mjs'
import { exitOnSetupError, setup } from './setup.mjs'
import { runPinned } from './runPinned.mjs'

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
    const { doctor } = await import('./doctor.mjs')
    process.exit(await doctor(rest))
  }
  if (command === 'setup' && rest.length === 0) {
    await setup()
    process.exit(0)
  }
  await prepare(command, rest)
  process.exit(await runPinned([join(root, 'dist', 'cli', 'main.js'), ...process.argv.slice(2)]))
})
