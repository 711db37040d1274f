// npm packages from the lockfile, install scripts off.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashFiles, isWindows, npm, pinnedNode, readStamp, root, runOrFail, SetupError, writeStamp } from './steps.mjs'

/** Whether `node_modules` holds what the lockfile asks for now. */
export function packagesReady() {
  return readStamp('packages')?.lock === hashFiles('package-lock.json', 'package.json')
}

const packagesOf = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages ?? {}

/** Whether every package the lockfile asks for is installed in that version: other changes of the file need no set-up. */
function hasEveryPackage() {
  if (readStamp('packages') === null || !existsSync(join(root, 'node_modules/.package-lock.json'))) return false
  const installed = packagesOf('node_modules/.package-lock.json') // npm's own note of what it put there
  return Object.entries(packagesOf('package-lock.json')).every(
    ([path, { version, optional }]) => path === '' || (installed[path]?.version ?? (optional && version)) === version,
  )
}

/** For what installs nothing by itself. @throws SetupError that names the remedy, where packages are missing or others. */
export function requirePackages() {
  if (!existsSync(pinnedNode)) throw new SetupError('this checkout is not set up yet.\n  What to do: npm run setup')
  if (packagesReady() || hasEveryPackage()) return
  throw new SetupError('package-lock.json changed since the last set-up: run npm run setup')
}

export async function installPackages(say) {
  if (packagesReady()) return
  say('npm packages from package-lock.json (about 1,080 packages, 1.2 GB on disk; install scripts stay off)')
  await runOrFail(
    'npm ci',
    'check the connection to your npm registry (npm ping), then run the same command again',
    npm,
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    { shell: isWindows },
  )
  writeStamp('packages', { lock: hashFiles('package-lock.json', 'package.json') })
}
