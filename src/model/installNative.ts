import { existsSync } from 'node:fs'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import { runInForeground } from '../support/terminal/foreground.ts'
import { NATIVE_PACKAGE } from './backend.ts'

/** Installs the native backend beside the package, with its install script, which fetches libtensorflow. @returns npm's exit status. */
export async function installNative(effects: Effects): Promise<number> {
  if (!existsSync('package.json'))
    throw new UserError(
      `no package.json in ${process.cwd()}: run cantus setup in the folder that cantus is installed in`,
    )
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
