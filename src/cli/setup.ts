import type { Command } from 'commander'
import { isCheckout } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { UserError } from '../support/errors.ts'
import { installNative } from '../model/installNative.ts'

/** `cantus setup` */
export function registerSetup(program: Command): void {
  program
    .command('setup')
    .description('install the native backend (tfjs-node, 420 MB) into this folder: trains about 25 times as fast')
    .action(async () => {
      if (isCheckout) throw new UserError('this is a checkout: run npm run setup instead')
      process.exitCode = await installNative(cliEffects())
    })
}
