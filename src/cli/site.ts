import type { Command } from 'commander'
import { buildSiteApart } from '../study/siteProcess.ts'
import { type ResultsAsked, resultsThere } from '../study/studyResults.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { parseBase, parsePort, parseSite } from '../support/terminal/optionParsers.ts'
import { withResults } from './options.ts'

interface SiteLine extends ResultsAsked {
  readonly port: number
  readonly host: boolean
  readonly buildOnly: boolean
  readonly out?: string
  readonly base: string
  readonly site?: string
  readonly pdf: boolean
}

/** Adds `cantus site` to the program. */
export function registerSite(program: Command): void {
  withResults(program.command('site'))
    .description('build the report site from the published results and serve it')
    .option('--port <n>', 'port to serve on, or the next free one', parsePort, 4321)
    .option('--host', 'let other machines connect', false)
    .option('--build-only', 'build without serving', false)
    .option('--out <dir>', 'folder of the finished site (default: site/dist)')
    .option('--base <path>', 'path it is published under, such as /cantus', parseBase, '/')
    .option('--site <url>', 'address it is published on, for canonical links, sitemap and link previews', parseSite)
    .option('--pdf', 'also print the report as PDF (needs Chromium)', false)
    .action(async (line: SiteLine) => {
      const effects = cliEffects()
      const { folders } = await resultsThere(line, effects)
      const { port, host, buildOnly, out, base, site, pdf } = line
      const serve = buildOnly ? null : { port, host }
      await buildSiteApart({ folders, base, pdf, serve, ...(out && { out }), ...(site && { site }) }, effects)
    })
}
