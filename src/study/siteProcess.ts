import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Effects } from '../support/effects.ts'
import { InterruptedError, UserError } from '../support/errors.ts'
import { projectRoot, requireCheckout, type StudyFolders } from '../support/projectRoot.ts'

/** What the site's builder is asked for. */
export interface SiteRequest {
  /** Results, melodies and notebooks that the site shows; default: the checkout's own. */
  readonly folders?: StudyFolders
  /** Folder of the finished site, replaced as a whole; default: `site/dist`. */
  readonly out?: string
  /** Path the site is published under, `/` or `/cantus/`: links begin with it. */
  readonly base?: string
  /** Address it is published on, `https://example.org`: canonical links, sitemap and pictures need it. */
  readonly site?: string
  /** Whether the report is printed as PDF too, where there is a Chromium. */
  readonly pdf?: boolean
  /** Serves it until the signal is aborted; null = builds only. `host`: whether other machines may read it too. */
  readonly serve: { readonly port: number; readonly host: boolean } | null
}

/** A finished site. */
export interface BuiltSite {
  readonly folder: string
  readonly pages: number
  readonly seconds: number
}

/** What became of a request: the one message the builder sends. */
export type SiteOutcome =
  | { readonly built: BuiltSite }
  /** A UserError. */
  | { readonly refused: { readonly message: string; readonly exitCode: number; readonly log: readonly string[] } }
  /** A defect, with its stack. */
  | { readonly failed: string }

/** The site could not be built; the message is the builder's. */
export class SiteError extends UserError {
  override readonly name = 'SiteError'
  override readonly exitCode: number
  override readonly log: readonly string[]

  /** @param log the builder's last lines. */
  constructor(message: string, exitCode: number, log: readonly string[]) {
    super(message)
    this.exitCode = exitCode
    this.log = log
  }
}

const BUILDER = join(projectRoot, 'site/build/main.ts')

/**
 * Builds the site in a process of its own, in which site/build runs as TypeScript: nothing in src/ imports it.
 * @throws SiteError when a result cannot be read, a page cannot be built, or a link leads nowhere; InterruptedError when
 * asked to stop.
 */
export async function buildSiteApart(request: SiteRequest, { signal }: Effects): Promise<BuiltSite> {
  requireCheckout('the site')
  // A group of its own: Ctrl-C reaches this process alone, which passes it on once.
  const builder = fork(BUILDER, [JSON.stringify(request)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    detached: true,
  })
  const stop = (): void => void builder.kill('SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  let outcome: SiteOutcome | null = null
  builder.on('message', (message) => (outcome = message as SiteOutcome))
  try {
    const status = await new Promise<number | null>((done, fail) => builder.on('error', fail).on('close', done))
    return builtOf(outcome, status, signal)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function builtOf(outcome: SiteOutcome | null, status: number | null, signal: AbortSignal): BuiltSite {
  if (outcome !== null && 'built' in outcome) return outcome.built
  if (signal.aborted) throw new InterruptedError('stopped; the site is as it was before')
  if (outcome !== null && 'refused' in outcome) {
    const { message, exitCode, log } = outcome.refused
    throw new SiteError(message, exitCode, log)
  }
  throw new Error(outcome === null ? `the builder of the site ended with status ${status}` : outcome.failed)
}
