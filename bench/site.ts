/**
 * Speed and quality of the finished site: how long it takes to build, and what Lighthouse (its mobile preset: a slow phone on
 * a slow line, simulated) says of the main pages, each three times, the median of each figure. Needs a Chromium.
 * npm run bench site [-- --keep]   writes report/results/site.json unless a page could not be judged; --keep only prints.
 * Keep the machine quiet: Lighthouse scales its simulation by how fast this one is while it measures.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import lighthouse from 'lighthouse'
import { chromium } from 'playwright-core'
import { median } from 'simple-statistics'
import { findChromium } from '../site/build/chromium.ts'
import type * as CliEffects from '../src/support/terminal/cliEffects.ts'
import { serveFolder } from '../site/build/serveFolder.ts'
import { buildSite } from '../site/build/buildSite.ts'
import type * as Pages from '../site/src/lib/pages.ts'
import type { PageQuality } from '../src/results/siteQuality.ts'

const ROUNDS = 3
/** Where Lighthouse talks to the browser. */
const DEBUGGING_PORT = 42_790
/** What the site promises: the least score of each group, and the most of each cost. */
const TARGETS = {
  performance: 98,
  accessibility: 100,
  bestPractices: 100,
  seo: 100,
  lcpMs: 1500,
  cls: 0.01,
  jsBytesBeforeInteraction: 60_000,
  buildSeconds: 60,
} as const

/** One of the pages of notebooks. */
const NOTEBOOK = { path: 'notebooks/5-iteration-3/', label: 'Notebook 5' }

interface Request {
  readonly resourceType: string
  readonly transferSize: number
}

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { cliEffects } = (await compiled('support/terminal/cliEffects.js')) as typeof CliEffects

const { PAGES } = (await import(new URL('../site/src/lib/pages.ts', import.meta.url).href)) as typeof Pages

const program = findChromium()
if (program === null) {
  console.error('no Chromium found: apt install chromium, or set CHROMIUM to a program')
  process.exit(1)
}

async function judge(url: string, port: number): Promise<PageQuality> {
  const result = (await lighthouse(url, { port, output: 'json', logLevel: 'error' }))?.lhr
  if (result === undefined || result.runtimeError)
    throw new Error(`${url}: ${result?.runtimeError?.message ?? 'no result'}`)
  const score = (group: string): number => Math.round((result.categories[group]?.score ?? 0) * 100)
  const { items: requests } = result.audits['network-requests']?.details as unknown as { items: readonly Request[] }
  const bytes = (type: string): number =>
    requests
      .filter(({ resourceType }) => resourceType === type)
      .reduce((sum, { transferSize }) => sum + transferSize, 0)
  for (const audit of Object.values(result.audits))
    if (process.argv.includes('--faults') && audit.score !== null && audit.score < 0.9)
      console.log(`    ${audit.id} ${audit.score} ${audit.displayValue ?? ''}`)
  return {
    performance: score('performance'),
    accessibility: score('accessibility'),
    bestPractices: score('best-practices'),
    seo: score('seo'),
    lcpMs: Math.round(result.audits['largest-contentful-paint']?.numericValue ?? Number.NaN),
    cls: Number((result.audits['cumulative-layout-shift']?.numericValue ?? Number.NaN).toFixed(4)),
    jsBytesBeforeInteraction: bytes('Script'),
    htmlBytes: bytes('Document'),
  }
}

function medians(rounds: readonly PageQuality[]): PageQuality {
  const names = Object.keys(rounds[0]!) as (keyof PageQuality)[]
  return Object.fromEntries(
    names.map((name) => [name, median(rounds.map((round) => round[name]))]),
  ) as unknown as PageQuality
}

const folder = await mkdtemp(join(tmpdir(), 'cantus-bench-site-'))
const out = join(folder, 'site')
const busy = loadavg()[0]! / availableParallelism()
const { seconds, pages: pagesBuilt } = await buildSite({ out }, cliEffects())
const server = await serveFolder(out, { port: 42_700, host: '127.0.0.1' })
const browser = await chromium.launch({
  executablePath: program,
  args: ['--no-sandbox', `--remote-debugging-port=${DEBUGGING_PORT}`],
})
const pages: Record<string, PageQuality> = {}
const { version } = JSON.parse(
  await readFile(new URL('../node_modules/lighthouse/package.json', import.meta.url), 'utf8'),
) as { version: string }
try {
  for (const { path, label } of [...PAGES.filter(({ measured }) => measured), NOTEBOOK]) {
    const rounds: PageQuality[] = []
    for (let round = 0; round < ROUNDS; round++)
      rounds.push(await judge(`http://127.0.0.1:${server.port}/${path}`, DEBUGGING_PORT))
    const all = medians(rounds)
    pages[path] = all
    const missed = Object.entries(TARGETS).filter(
      ([name, target]) => name in all && isMissed(name as keyof PageQuality, all, target),
    )
    console.log(
      `${label.padEnd(16)} ${all.performance} ${all.accessibility} ${all.bestPractices} ${all.seo}  LCP ${all.lcpMs} ms  CLS ${all.cls}  scripts ${all.jsBytesBeforeInteraction} B  page ${all.htmlBytes} B  ${missed.length === 0 ? 'ok' : `misses ${missed.map(([name]) => name).join(', ')}`}`,
    )
  }
} finally {
  await browser.close()
  await server.close()
  await rm(folder, { recursive: true, force: true })
}

function isMissed(name: keyof PageQuality, judged: PageQuality, target: number): boolean {
  return name === 'lcpMs' || name === 'cls' || name === 'jsBytesBeforeInteraction'
    ? judged[name] > target
    : judged[name] < target
}

const result = {
  format: 'cantus-site-1',
  date: new Date().toISOString(),
  buildSeconds: Number(seconds.toFixed(1)),
  pagesBuilt,
  rounds: ROUNDS,
  targets: TARGETS,
  pages,
  /** Runnable processes a core when the build began: above 1 the seconds say little. */
  loadPerCore: Number(busy.toFixed(2)),
  versions: { lighthouse: version, node: process.versions.node },
}
console.log(
  `built ${pagesBuilt} pages in ${result.buildSeconds} s (target ${TARGETS.buildSeconds} s), load ${result.loadPerCore} a core`,
)
if (!process.argv.includes('--keep')) {
  const file = new URL('../report/results/site.json', import.meta.url)
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`)
  console.log(`written to report/results/site.json`)
}
