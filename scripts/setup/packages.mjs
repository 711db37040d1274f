// npm packages from the lockfile, install scripts off.
import { hashFiles, isWindows, npm, readStamp, runOrFail, writeStamp } from './steps.mjs'

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
    { shell: isWindows },
  )
  writeStamp('packages', { lock: hashFiles('package-lock.json', 'package.json') })
}
