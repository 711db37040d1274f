// Builds the site in a process of its own, started by `cantus site` and `cantus reproduce`: the request is its one argument, the
// outcome a message to the process that asked. It runs as TypeScript on the pinned Node.
import type { SiteOutcome, SiteRequest } from '../../src/study/siteProcess.ts'
import { UserError } from '../../src/support/errors.ts'
import { cliEffects } from '../../src/support/terminal/cliEffects.ts'
import { buildSite, serveSite } from './buildSite.ts'

const tell = (outcome: SiteOutcome): void => void process.send?.(outcome)
const effects = cliEffects()
// Whoever asked is gone.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))

try {
  const request = JSON.parse(process.argv[2] ?? '{}') as SiteRequest
  const { serve, ...options } = request
  const built = await buildSite(options, effects)
  if (serve !== null) await serveSite(built.folder, { ...serve, base: options.base ?? '/' }, effects)
  tell({ built })
} catch (error) {
  if (error instanceof UserError)
    tell({ refused: { message: error.message, exitCode: error.exitCode, log: error.log } })
  else tell({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) })
}
process.disconnect?.()
