// npm packages from the lockfile, install scripts off, and the pinned Node.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { hashFiles, isWindows, pinnedNode, readStamp, root, run, runOrFail, writeStamp } from './steps.mjs'

const npm = isWindows ? 'npm.cmd' : 'npm'
const shell = isWindows

function packagesReady() {
  return readStamp('packages')?.lock === hashFiles('package-lock.json', 'package.json')
}

export async function installPackages(say) {
  if (packagesReady()) return
  say('npm packages from package-lock.json (about 1,040 packages, 1.2 GB on disk; install scripts stay off)')
  await runOrFail(
    'npm ci',
    'check the connection to your npm registry (npm ping), then run the same command again',
    npm,
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    { shell },
  )
  writeStamp('packages', { lock: hashFiles('package-lock.json', 'package.json') })
}

/** The version the pinned Node prints, or null where it does not run. */
export async function pinnedNodeVersion() {
  if (!existsSync(pinnedNode)) return null
  const { status, output } = await run(pinnedNode, ['--version'])
  return status === 0 ? output.trim() : null
}

export async function installNode(say) {
  if (existsSync(pinnedNode) && readStamp('node') !== null) return
  if ((await pinnedNodeVersion()) === null) {
    say('Node 22 from the npm package `node` (about 110 MB on disk): everything but this set-up runs on it')
    await runOrFail(
      'the install of the pinned Node',
      'check the connection to your npm registry, then run the same command again',
      npm,
      ['rebuild', '--ignore-scripts=false', 'node'],
      { shell },
    )
  }
  const version = await pinnedNodeVersion()
  if (version === null) throw new Error(`the pinned Node at ${join(root, 'node_modules/node')} does not run`)
  writeStamp('node', { version })
}
