import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { renderFolder } from '../../src/audio/renderFolder.ts'
import type { Effects } from '../../src/support/effects.ts'
import { InterruptedError, UserError } from '../../src/support/errors.ts'
import { replaceFolder } from '../../src/support/folders.ts'
import { projectRoot, type StudyFolders, studyFolders } from '../../src/support/projectRoot.ts'
import { isFullStudy, readResults } from '../../src/results/publishedResults.ts'
import { counted } from '../../src/support/text/counted.ts'
import type { BuiltSite, SiteRequest } from '../../src/study/siteProcess.ts'
import { LEFT_OUT } from '../src/lib/fullScale.ts'
import { missingMelodies, missingNotebooks } from './checkMelodies.ts'
import { finishSite } from './finishSite.ts'
import { renderListeningSounds } from './listeningSounds.ts'
import { serveFolder } from './serveFolder.ts'

/** The site cannot be built; the message says which file or page is at fault. */
export class SiteBuildError extends UserError {
  override readonly name = 'SiteBuildError'
  override readonly exitCode = 1
  override readonly log: readonly string[]

  /** @param log the builder's last lines. */
  constructor(message: string, log: readonly string[] = []) {
    super(message)
    this.log = log
  }
}

/** What is built, as in a request. */
export type BuildSiteOptions = Omit<SiteRequest, 'serve'>

/** Last lines of the builder's output that an error repeats. */
const LINES_OF_FAILURE = 12

/**
 * Builds the report site from the published results: sound for melodies that have none, then the pages. The site is put
 * in place only when it is whole. Without results it is a page that says how to get some.
 * @throws SiteBuildError when a result cannot be read, the full study lacks one, or a page cannot be built; DanglingLinksError when a link leads
 * nowhere; InterruptedError when asked to stop.
 */
export async function buildSite(options: BuildSiteOptions, effects: Effects): Promise<BuiltSite> {
  const started = effects.now()
  const folders = options.folders ?? studyFolders()
  const out = resolve(options.out ?? join(projectRoot, 'site/dist'))
  await checkOut(out)
  await renderFolder({ folder: join(folders.root, 'generated_melodies') }, effects)
  await renderListeningSounds(folders.root, effects)
  const isFull = isFullStudy(readResults(folders.root))
  const [missing, ...others] = [...missingMelodies(folders.root), ...(isFull ? missingNotebooks(folders.root) : [])]
  if (missing !== undefined)
    throw new SiteBuildError(others.length === 0 ? missing : `${missing}; and ${others.length} more like it`)
  const { base = '/', site, pdf = false } = options
  const write = (temporary: string): Promise<number> =>
    builtInCheckout(temporary, async (folder) => {
      const built = await runAstro({ folders, out: folder, base, site }, effects)
      await finishSite({ folder, base, site, pdf, isFull }, effects)
      return built
    })
  const pages = await replaceFolder({ target: out, nowMs: started, write })
  const seconds = (effects.now() - started) / 1000
  effects.reporter.line(`Site: ${counted(pages, 'page')} in ${seconds.toFixed(1)} s, in ${out}`)
  return { folder: out, pages, seconds }
}

/**
 * Builds into `target`, or where that lies outside the checkout into a folder of the checkout, which is copied there: the
 * builder runs its pages from where it writes them, and they find their packages only below the checkout.
 */
async function builtInCheckout<T>(target: string, build: (folder: string) => Promise<T>): Promise<T> {
  if (!relative(await realpath(projectRoot), await realpath(target)).startsWith('..')) return build(target)
  const folder = join(projectRoot, 'site', `.dist-${randomUUID()}.tmp`)
  try {
    await mkdir(folder)
    const built = await build(folder)
    await cp(folder, target, { recursive: true })
    return built
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A folder that holds something else than a site is not replaced. */
async function checkOut(out: string): Promise<void> {
  if (!existsSync(out)) return
  const names = await readdir(out).catch(() => {
    throw new SiteBuildError(`${out} is not a folder: give another --out`)
  })
  if (names.length === 0 || names.includes('index.html')) return
  throw new SiteBuildError(`${out} is not empty and holds no site (${names[0]}): give another --out`)
}

interface AstroOptions {
  readonly folders: StudyFolders
  readonly out: string
  readonly base: string
  readonly site: string | undefined
}

/** Runs Astro in a process of its own; resolves with the number of pages built. */
async function runAstro({ folders, out, base, site }: AstroOptions, effects: Effects): Promise<number> {
  const cache = await mkdtemp(join(tmpdir(), 'cantus-site-'))
  const bar = effects.reporter.bar('Site', await countOutputs(folders.root), 'files')
  let files = 0
  let pages = 0
  const leftOut = new Set<string>()
  const onLine = (line: string): void => {
    if (line.startsWith(LEFT_OUT)) leftOut.add(line.slice(LEFT_OUT.length))
    if (!BUILT.test(line)) return
    files++
    if (line.includes('.html')) pages++
    bar.update(files)
  }
  try {
    const { status, log } = await runChild(
      astroArguments(out, base, site),
      astroEnvironment(folders, cache, out),
      onLine,
      effects.signal,
    )
    if (effects.signal.aborted) throw new InterruptedError('stopped; the site is as it was before')
    if (status !== 0) throw new SiteBuildError('the site could not be built:', log.slice(-LINES_OF_FAILURE))
    if (pages > 1 && leftOut.size > 0)
      effects.reporter.line(`Left out because these results lack it: ${[...leftOut].join(', ')}`)
    return pages
  } finally {
    bar.stop()
    await rm(cache, { recursive: true, force: true })
  }
}

function astroArguments(out: string, base: string, site: string | undefined): string[] {
  const astro = join(dirname(createRequire(import.meta.url).resolve('astro/package.json')), 'bin/astro.mjs')
  const where = ['--base', base, ...(site === undefined ? [] : ['--site', site])]
  return [astro, 'build', '--root', join(projectRoot, 'site'), '--outDir', out, ...where]
}

function astroEnvironment(folders: StudyFolders, cache: string, out: string): NodeJS.ProcessEnv {
  // What pages ask of the builder under these names a test runner has set for itself.
  const { BASE_URL: _base, MODE: _mode, DEV: _dev, PROD: _prod, SSR: _ssr, ...env } = process.env
  return {
    ...env,
    CANTUS_OUT: folders.root,
    CANTUS_DATA: folders.data,
    CANTUS_SITE_CACHE: cache,
    CANTUS_SITE_OUT: out,
    ASTRO_TELEMETRY_DISABLED: '1',
    NODE_ENV: 'production', // a caller's own, such as a test runner's, would bundle development code
    BASE_URL: undefined, // a caller's own would stand for `--base` in the pages
    NO_COLOR: '1',
    FORCE_COLOR: '0',
  }
}

/** Runs a program of this Node, line by line, until it ends or the signal ends it. */
async function runChild(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<{ status: number | null; log: string[] }> {
  const child = spawn(process.execPath, args, { cwd: projectRoot, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = (): void => void child.kill('SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const log: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.push(line)
      onLine(line)
    })
  }
  try {
    const status = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done))
    return { status, log }
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** A line of Astro's output that says a file is built. */
const BUILT = /[├└]─ \//u

/** About how many files the site will have: for the progress bar alone. */
async function countOutputs(root: string): Promise<number> {
  const folder = join(root, 'generated_melodies')
  const names = existsSync(folder) ? await readdir(folder, { recursive: true }) : []
  return names.filter((name) => /\.(mid|mp3|json)$/.test(name)).length + 12
}

/** Serves a built site until the signal is aborted. */
export async function serveSite(
  folder: string,
  { port, host, base }: { readonly port: number; readonly host: boolean; readonly base: string },
  effects: Effects,
): Promise<void> {
  const server = await serveFolder(folder, { port, host: host ? '0.0.0.0' : '127.0.0.1', base })
  if (server.port !== port) effects.reporter.line(`Port ${port} is in use: using ${server.port}.`)
  effects.reporter.line(`Report: http://localhost:${server.port}${base}   (Ctrl-C stops it)`)
  await new Promise<void>((done) => {
    if (effects.signal.aborted) done()
    effects.signal.addEventListener('abort', () => done(), { once: true })
  })
  await server.close()
}
