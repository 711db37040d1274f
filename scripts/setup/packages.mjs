// npm packages from the lockfile, install scripts off.
import { existsSync } from 'node:fs'
import { hashFiles, isWindows, npm, pinnedNode, readStamp, runOrFail, SetupError, writeStamp } from './steps.mjs'

/** Whether `node_modules` holds what the lockfile asks for now. */
export function packagesReady() {
  return readStamp('packages')?.lock === hashFiles('package-lock.json', 'package.json')
}

/** For what installs nothing by itself. @throws SetupError that names the remedy, where packages are missing or others. */
export function requirePackages() {
  if (!existsSync(pinnedNode)) throw new SetupError('this checkout is not set up yet.\n  What to do: npm run setup')
  if (packagesReady()) return
  throw new SetupError(
    'package-lock.json or package.json changed since the last set-up: npm run setup installs what is new',
  )
}

export async function installPackages(say) {
  if (packagesReady()) return
  say('npm packages from package-lock.json (about 1,040 packages, 1.2 GB on disk; install scripts stay off)')
  await runOrFail(
    'npm ci',
    'check the connection to your npm registry (npm ping), then run the same command again',
    npm,
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    { shell: isWindows },
  )
  writeStamp('packages', { lock: hashFiles('package-lock.json', 'package.json') })
}
