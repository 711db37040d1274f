import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { isCheckout } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { runInForeground } from '../support/terminal/foreground.ts'
import { UserError } from '../support/errors.ts'
import { NATIVE_PACKAGE } from '../model/backend.ts'

/** `cantus setup` */
export function registerSetup(program: Command): void {
  program
    .command('setup')
    .description('install the native backend (tfjs-node, 420 MB) into this folder: trains about 25 times as fast')
    .action(async () => {
      if (isCheckout) throw new UserError('this is a checkout: run npm run setup instead')
      process.exitCode = await installNative()
    })
}

/** The native backend beside the package, with its install script, which fetches libtensorflow. */
async function installNative(): Promise<number> {
  if (!existsSync('package.json'))
    throw new UserError(
      `no package.json in ${process.cwd()}: run cantus setup in the folder that cantus is installed in`,
    )
  const effects = cliEffects()
  const args = ['install', NATIVE_PACKAGE, '--save-exact', '--no-audit', '--no-fund', '--ignore-scripts=false']
  const isWindows = process.platform === 'win32'
  const options = { cwd: process.cwd(), env: process.env, shell: isWindows }
  const status = await runInForeground(isWindows ? 'npm.cmd' : 'npm', args, options, effects)
  effects.reporter.line(
    status === 0
      ? 'installed: train, transfer and evaluate now use the native backend'
      : `${NATIVE_PACKAGE} could not be installed: cantus uses WebAssembly instead`,
  )
  return status
}
