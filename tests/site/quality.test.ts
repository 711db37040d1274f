import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FolderServer, serveFolder } from '../../site/build/serveFolder.ts'
import { buildSite } from '../../site/build/buildSite.ts'
import type { Effects } from '../../src/support/effects.ts'
import { silentReporter } from '../../src/support/progress.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import type { ListeningPlan } from '../../site/src/scripts/listening/listeningPlan.ts'
import { loudness } from '../../src/audio/loudness.ts'
import { listeningVotesSchema } from '../../src/results/listeningVotes.ts'
import { parseStored } from '../../src/support/stored.ts'
import { findChromium } from './chromium.ts'
import { listenedPage, shotName, type View, type Visit, type Visits, visitPages } from './visitPages.ts'

/** The published report itself, built for a folder of a server, as a reader meets it in a browser. */
const MINUTES = 60_000
const BASE = '/below/cantus/'
const ADDRESS = 'https://example.org'
const PHONE = { width: 390, height: 844 }
const effects: Effects = { reporter: silentReporter, signal: new AbortController().signal, now: Date.now }
const screenshots = join(projectRoot, 'data', 'screenshots')
const program = findChromium()
let scratch: string
let site: string
/** Every page of the site. */
let everyPage: string[]
/** The same with two of the many pages of single melodies, which are all made alike. */
let paths: string[]

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'cantus-quality-'))
  site = join(scratch, 'site')
  await buildSite({ out: site, base: BASE, site: ADDRESS, pdf: true }, effects)
  const files = await readdir(site, { recursive: true })
  everyPage = files
    .filter((file) => file.endsWith('.html'))
    .map((file) => file.replaceAll('\\', '/').replace(/(^|\/)index\.html$/, '$1'))
    .sort()
  const single = everyPage.filter((path) => /^melodies\/./.test(path))
  paths = everyPage.filter((path) => !single.slice(2).includes(path))
}, 10 * MINUTES)
afterAll(() => rm(scratch, { recursive: true, force: true }))

const html = (path: string): Promise<string> =>
  readFile(join(site, path.endsWith('.html') ? path : join(path, 'index.html')), 'utf8')

describe('the published report', () => {
  it('has a policy on every page that lets nothing in from elsewhere and nothing be evaluated', async () => {
    expect(everyPage.length).toBeGreaterThan(20)
    for (const path of everyPage) {
      const policy = /http-equiv="content-security-policy" content="([^"]+)"/.exec(await html(path))?.[1] ?? ''
      expect(policy, path).toContain("default-src 'none'; script-src 'self' 'sha256-")
      expect(policy, path).not.toMatch(/unsafe-inline|unsafe-eval|https?:|\*/)
    }
  })

  it('says where it is published: canonical links, pictures for links to it, a map', async () => {
    const map = await readFile(join(site, 'sitemap.xml'), 'utf8')
    for (const path of everyPage.filter((each) => each !== '404.html' && !each.startsWith('print/'))) {
      const text = await html(path)
      const here = `${ADDRESS}${BASE}${path}`
      expect(text).toContain(`<link rel="canonical" href="${here}">`)
      expect(map).toContain(`<loc>${here}</loc>`)
      const picture = /property="og:image" content="([^"]+)"/.exec(text)?.[1] ?? ''
      expect(picture.startsWith(`${ADDRESS}${BASE}share/`), path).toBe(true)
      const bytes = await readFile(join(site, picture.slice(`${ADDRESS}${BASE}`.length)))
      expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1200, 630])
    }
    expect(await readFile(join(site, 'llms.txt'), 'utf8')).toContain(`(${ADDRESS}${BASE}summary.json)`)
  })

  it('gives every chart words and its data: as a file, and as a table where it is short', async () => {
    for (const path of ['evaluation/', 'music/', 'iteration-2.1/']) {
      const text = await html(path)
      const figures = [...text.matchAll(/<figure class="charts" id="(figure-[^"]+)" data-figure[\s\S]*?<\/figure>/g)]
      expect(figures.length, path).toBeGreaterThan(0)
      for (const [figure, id] of figures) {
        expect(figure).toContain(`aria-describedby="${id}-words"`)
        expect(/<p id="[^"]*-words">([^<]{20,})/.test(figure), id).toBe(true)
        const file = /href="([^"]+\.csv)"/.exec(figure)?.[1] ?? ''
        const lines = (await readFile(join(site, file.slice(BASE.length)), 'utf8')).trim().split('\r\n')
        const rows = Number(/All ([\d,]+) rows/.exec(figure)?.[1]?.replace(',', '') ?? 1)
        expect(lines.length, file).toBe(rows + 1)
        expect(figure.includes('<tbody>'), id).toBe(rows <= 40)
      }
    }
  })

  it('ties figures to the notebook cells that make them, both ways', async () => {
    const to = /class="origin" href="([^"]+)">Notebook cell/.exec(await html('music/'))?.[1] ?? ''
    expect(to).toMatch(/^\/below\/cantus\/notebooks\/[\w.-]+\/#cell-\d+$/)
    const [path = '', cell = ''] = to.slice(BASE.length).split('#')
    const notebook = await html(path)
    expect(notebook).toContain(`id="${cell}"`)
    expect(notebook).toMatch(/class="origin" href="\/below\/cantus\/music\/#figure-/)
    const name = path.split('/')[1] ?? ''
    const published = await readFile(join(site, 'notebooks', `${name}.ipynb`), 'utf8')
    expect(published).toBe(await readFile(join(projectRoot, 'report/notebooks', `${name}.ipynb`), 'utf8'))
  })
})

describe.skipIf(program === null)('the published report in a browser', () => {
  let browser: Browser
  let server: FolderServer
  let address: string

  beforeAll(async () => {
    server = await serveFolder(site, { port: 42_300, host: '127.0.0.1', base: BASE })
    address = `http://127.0.0.1:${server.port}${BASE}`
    browser = await chromium.launch({ executablePath: program as string, args: ['--no-sandbox'] })
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  async function open(
    options: BrowserContextOptions,
  ): Promise<{ context: BrowserContext; page: Page; complaints: string[] }> {
    const context = await browser.newContext(options)
    const complaints: string[] = []
    const page = await listenedPage(context, address, complaints)
    return { context, page, complaints }
  }

  // The one page that repeats all chapters says nothing that they do not; a notebook is long, and alike in any width.
  const isChapter = (path: string): boolean => path !== 'print/' && !path.startsWith('notebooks/')
  const views = {
    light: {
      ...{ context: { colorScheme: 'light' }, asksAxe: (path) => path !== 'print/' },
      takes: ['addresses', 'cut'],
    },
    // The same page in other colours: axe is asked about the colours.
    dark: {
      ...{ context: { colorScheme: 'dark' }, asksAxe: isChapter },
      ...{ axeRules: ['color-contrast', 'link-in-text-block'], takes: [] },
    },
    '390': { context: { viewport: PHONE }, asksAxe: isChapter, takes: ['letters', 'cut'] },
    'no-scripts': { context: { javaScriptEnabled: false }, asksAxe: () => false, takes: [] },
  } as const satisfies Record<string, Omit<View, 'name'>>
  type ViewName = keyof typeof views

  /** Each view visits all pages once, for all tests that look at every page. */
  const visited = new Map<ViewName, Promise<Visits>>()
  function visitsOf(name: ViewName): Promise<Visits> {
    const known = visited.get(name)
    if (known !== undefined) return known
    const visits = visitPages(browser, { name, ...views[name] }, { address, paths, screenshots })
    visited.set(name, visits)
    return visits
  }
  /** What the visits of a view hold, each with its page's path. */
  async function foundIn<T>(name: ViewName, of: (visit: Visit) => readonly T[]): Promise<[path: string, found: T][]> {
    const { visits } = await visitsOf(name)
    expect(visits.map(({ path }) => path).sort()).toEqual([...paths].sort())
    return visits.flatMap((visit) => of(visit).map((found): [string, T] => [`/${visit.path}`, found]))
  }
  const everyView = Object.keys(views) as ViewName[]

  it.each(everyView)(
    'opens every page without an error or an outside request: %s',
    { timeout: 10 * MINUTES },
    async (view) => {
      expect(await foundIn(view, ({ status }) => (status === 200 ? [] : [status]))).toEqual([])
      expect(await foundIn(view, ({ overflow }) => (overflow <= 0 ? [] : [`scrolls sideways by ${overflow}`]))).toEqual(
        [],
      )
      expect(await foundIn(view, ({ headings }) => (headings > 0 ? [] : ['no heading']))).toEqual([])
      expect((await visitsOf(view)).complaints).toEqual([])
    },
  )

  it.each(['light', 'dark', '390'] as const)(
    'gives axe nothing to complain of: %s',
    { timeout: 10 * MINUTES },
    async (view) => expect(await foundIn(view, ({ violations }) => violations)).toEqual([]),
  )

  it.each([
    [1280, 'light'],
    [390, '390'],
  ] as const)(
    'cuts no table or chart at %i pixels without saying so',
    { timeout: 10 * MINUTES },
    async (width, view) => {
      const cut = await foundIn(view, ({ path, cut }) => (isChapter(path) ? cut : []))
      expect(cut.filter(([, { isSaid }]) => !isSaid)).toEqual([])
      if (width === 390) expect(cut.length).toBeGreaterThan(10)
    },
  )

  it('shows the point of the study’s table at 1280 pixels: the columns of the test melodies', async () => {
    const { context, page } = await open({ viewport: { width: 1280, height: 900 } })
    await page.goto(`${address}evaluation/`)
    const table = page.locator('.table', { hasText: 'accuracy, one minibatch' }).first()
    const last = (await table.locator('thead th').last().boundingBox())!
    expect(last.x + last.width).toBeLessThanOrEqual(1280)
    await context.close()
  })

  it('sets no letter of a chart below 9 pixels on a phone', { timeout: 10 * MINUTES }, async () => {
    const letters = await foundIn('390', ({ path, letters }) => (isChapter(path) ? letters : []))
    expect(letters.length).toBeGreaterThan(500)
    expect(letters.filter(([, { pixels }]) => pixels < 8.9)).toEqual([])
  })

  it('lets a citation of two lines be clicked on both, while its card is shown', async () => {
    const { context, page } = await open({ viewport: { width: 1280, height: 900 } })
    let wrapped = 0
    for (const path of ['context/', 'method/', 'terms/', 'lstm/']) {
      await page.goto(address + path)
      for (const link of await page.locator('.cited a').all()) {
        const lines = await link.evaluate((each) => each.getClientRects().length)
        if (lines < 2) continue
        wrapped++
        await link.scrollIntoViewIfNeeded()
        await link.focus()
        const reached = await link.evaluate((each) =>
          [...each.getClientRects()].map(
            (box) => document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === each,
          ),
        )
        expect(reached, path).toEqual(reached.map(() => true))
      }
    }
    expect(wrapped).toBeGreaterThan(0)
    await context.close()
  })

  it.each([
    [1280, 'an ordinary', 0],
    [390, 'an ordinary', 0],
    [1280, 'a slow', 700],
    [390, 'a slow', 700],
  ])('keeps its lines on the first visit, at %i pixels on %s line', async (width, _line, delay) => {
    const { context, page } = await open({ viewport: { width, height: 844 } })
    await page.addInitScript(`
      window.jumps = 0
      new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.jumps += entry.value })
        .observe({ type: 'layout-shift', buffered: true })`)
    await context.route('**/*.woff2', async (route) => {
      await new Promise((done) => setTimeout(done, delay)) // if any, long after the first paint
      await route.continue()
    })
    await page.goto(address)
    await page.evaluate(() => document.fonts.ready)
    await page.waitForTimeout(delay + 300)
    expect(await page.evaluate('window.jumps')).toBeLessThan(0.01)
    await context.close()
  })

  it('asks for its typeface before anything else', async () => {
    const { context, page } = await open({})
    await page.goto(address)
    const href = await page.locator('link[rel=preload][as=font]').getAttribute('href')
    const loaded = await page.evaluate(async () => {
      await document.fonts.load('16px "Source Serif 4 Variable"')
      return [...document.fonts].some(({ family, status }) => family.includes('Source Serif 4') && status === 'loaded')
    })
    expect(href).toMatch(/\.woff2$/)
    expect(loaded).toBe(true)
    await context.close()
  })

  it.each([1280, 390])('keeps the cards of a melody’s page in line, at %i pixels and on paper', async (width) => {
    const { context, page } = await open({ viewport: { width, height: 900 } })
    await page.goto(address + paths.find((path) => /^melodies\/./.test(path))!)
    for (const media of ['screen', 'print'] as const) {
      await page.emulateMedia({ media })
      const margins = await page.evaluate(() =>
        [...document.querySelectorAll('.row.whole > .cell')].map((cell) => getComputedStyle(cell).marginTop),
      )
      expect(margins.length).toBeGreaterThan(1)
      expect(new Set(margins)).toEqual(new Set(['0px']))
    }
    await context.close()
  })

  it.each([
    ['the report', 'print/'],
    ['its appendix', 'print/appendix/'],
  ])(
    'breaks no word, number, pair or list of chapters on paper of %s, and prints the keys of figures',
    async (_, path) => {
      // The width of the text on A4, between the margins of the PDF.
      const { context, page } = await open({ viewport: { width: 680, height: 1000 } })
      await page.goto(`${address}${path}`)
      await page.emulateMedia({ media: 'print' })
      const found = await page.evaluate(() => {
        const broken: string[] = []
        for (const cell of document.querySelectorAll('main :is(th, td)')) {
          if (!cell.checkVisibility() || cell.querySelector('code')) continue
          const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
          for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
            for (const word of (node.textContent ?? '').matchAll(/[\p{L}\p{N}.,%]+/gu)) {
              const range = document.createRange()
              range.setStart(node, word.index)
              range.setEnd(node, word.index + word[0].length)
              if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) broken.push(word[0])
            }
          }
        }
        const wide = [...document.querySelectorAll('main table')].filter(
          (table) =>
            table.checkVisibility() && table.getBoundingClientRect().right > document.documentElement.clientWidth + 1,
        )
        const isSideBySide = (pair: Element): boolean => {
          const [before, after] = [...pair.querySelectorAll(':scope > .melody')].map((each) =>
            each.getBoundingClientRect(),
          )
          const drawings = [...pair.querySelectorAll('svg')]
          return (
            before!.top === after!.top &&
            drawings.every(
              (svg) => svg.getBoundingClientRect().right <= svg.closest('.melody')!.getBoundingClientRect().right,
            )
          )
        }
        const pairs = [...document.querySelectorAll('.pair')]
        const swatch = getComputedStyle(document.querySelector('.swatch')!)
        return {
          broken,
          wide: wide.length,
          adjust: swatch.getPropertyValue('print-color-adjust'),
          doors: document.querySelector('.doors')?.checkVisibility() ?? false,
          contents: getComputedStyle(document.querySelector('.chapters')!).breakBefore,
          pairs: [pairs.length > 0, pairs.filter((pair) => !isSideBySide(pair)).length],
          title: document.querySelector('.title-page h1')?.textContent,
        }
      })
      expect(found).toEqual({
        broken: [],
        wide: 0,
        adjust: 'exact',
        doors: false,
        contents: 'page',
        pairs: [true, 0],
        title: expect.stringContaining('Cantus') as string,
      })
      await context.close()
    },
  )

  it('leads from every page only to what is there', { timeout: 10 * MINUTES }, async () => {
    const named = await foundIn('light', ({ addresses }) => addresses)
    const own = new Map(named.filter(([, url]) => url.startsWith(address)).map(([path, url]) => [url, path]))
    const missing: string[] = []
    for (const [url, path] of own) {
      const { status } = await fetch(url, { method: 'HEAD' })
      if (status !== 200) missing.push(`${path} -> ${url}: ${status}`)
    }
    expect(own.size).toBeGreaterThan(100)
    expect(missing).toEqual([])
    expect((await fetch(`${address}none/`)).status).toBe(404)
  })

  it('keeps the colours the reader chose, from the first moment of the next page on', async () => {
    const { context, page, complaints } = await open({ colorScheme: 'light' })
    const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    await page.goto(address)
    const light = await ground()
    await page.getByRole('radio', { name: 'System' }).focus()
    await page.keyboard.press('ArrowLeft')
    await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'dark')
    const dark = await ground()
    expect(dark).not.toBe(light)
    // Set before the body is there: nothing is painted in the other colours.
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        if (document.body === null) return
        Object.assign(window, { themeAtFirst: document.documentElement.dataset['theme'] })
        observer.disconnect()
      }).observe(document, { childList: true, subtree: true })
    })
    await page.goto(`${address}evaluation/`)
    expect(await page.evaluate(() => (window as unknown as { themeAtFirst?: string }).themeAtFirst)).toBe('dark')
    expect(await ground()).toBe(dark)
    await page.getByRole('radio', { name: 'System' }).check({ force: true })
    await page.reload()
    expect(await ground()).toBe(light)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('can be walked with the keyboard alone: past the head, through the menu, into a chart’s data', async () => {
    const { context, page } = await open({ viewport: PHONE })
    await page.goto(`${address}evaluation/`)
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content')
    await page.locator('.menu > summary').focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.locator('.menu a').first().waitFor({ state: 'visible' })
    expect(await page.evaluate(() => document.activeElement?.closest('.menu') !== null)).toBe(true)
    await page.screenshot({ path: shotName(screenshots, 'evaluation/', 'menu') })
    await page.keyboard.press('Enter')
    await page.waitForURL(address)
    await page.goto(`${address}evaluation/`)
    await page.locator('details.data > summary').first().focus()
    await page.keyboard.press('Enter')
    await page.locator('details.data table').first().waitFor({ state: 'visible' })
    await context.close()
  })

  it('shows charts, data and every page without scripts', async () => {
    const { context, page } = await open({ javaScriptEnabled: false, viewport: PHONE })
    await page.goto(`${address}evaluation/`)
    expect(await page.locator('theme-switch').isVisible()).toBe(false)
    expect(await page.locator('live-chart svg[role="img"]').count()).toBeGreaterThan(5)
    await page.locator('.menu > summary').click()
    expect(await page.locator('.menu a').count()).toBeGreaterThan(8)
    await page.locator('.menu').getByRole('link', { name: 'Music', exact: true }).click()
    expect(page.url()).toBe(`${address}music/`)
    await context.close()
  })

  it('is black on white on paper, whatever the screen was, with nothing that only a screen can do', async () => {
    const { context, page } = await open({ colorScheme: 'dark' })
    await page.goto(`${address}iteration-2.1/`)
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe('rgb(31, 35, 40)')
    for (const gone of ['.masthead', '.turn', '.pages'])
      expect(await page.locator(gone).first().isVisible()).toBe(false)
    await page.screenshot({ path: shotName(screenshots, 'iteration-2.1/', 'print') })
    await context.close()
  })

  it('takes a listener through the listening test, whose page does not say who made a sound', async () => {
    const { context, page, complaints } = await open({ acceptDownloads: true })
    // Twenty minutes of sound in a few seconds.
    await page.addInitScript(`const start = AudioBufferSourceNode.prototype.start
      AudioBufferSourceNode.prototype.start = function (when, from) { this.playbackRate.value = 80; return start.call(this, 0, from) }`)
    await page.goto(`${address}listening/?seed=7`)
    expect(await page.locator('listening-test').innerHTML()).not.toMatch(/person_|it_|shuffled|3\.1|2\.1/)
    const plan = await (
      await context.request.get(
        new URL((await page.locator('listening-test').getAttribute('data-plan'))!, address).href,
      )
    ).text()
    expect(plan).not.toMatch(/"(person|shuffled|system|[123]\.[12])"/)
    // A busy machine may take long to let the page make sound: the page says so, and the button is pressed again.
    while (!(await page.locator('.part-check').isVisible())) {
      await page.getByRole('button', { name: 'Begin' }).click()
      await page.waitForTimeout(2000)
    }
    await page.getByRole('button', { name: 'Leave this out' }).click()
    for (let n = 0; n < 14; n++) {
      expect(await page.locator('.vote').first().isDisabled()).toBe(true)
      await page.getByRole('button', { name: /^Listen/ }).click()
      await page
        .locator('.vote:enabled')
        .nth(n % 3)
        .click()
      if (n !== 4) continue
      await page.reload() // what was voted is kept
      await page.getByRole('button', { name: 'Continue at comparison 6 of 14' }).click()
    }
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator('.save').click()])
    const votes = parseStored(await readFile(await file.path(), 'utf8'), listeningVotesSchema, {
      path: 'votes',
      remedy: '',
    })
    expect(votes.votes.map(({ choice }) => choice).slice(0, 3)).toEqual(['left', 'tie', 'right'])
    expect(votes).toMatchObject({ seed: 7, headphones: null })
    expect(votes.votes).toHaveLength(14)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('has sounds of the listening test that are equally long and loud', async () => {
    const sizes = new Map<string, number[]>()
    const { context, page } = await open({})
    await page.goto(`${address}listening/`)
    const plan = (await (
      await context.request.get(
        new URL((await page.locator('listening-test').getAttribute('data-plan'))!, address).href,
      )
    ).json()) as ListeningPlan
    for (const { primer, sounds } of plan.blocks.flat())
      sizes.set(primer, [
        ...(sizes.get(primer) ?? []),
        ...(await Promise.all(sounds.map(async (id) => (await stat(join(site, `listening/${id}.mp3`))).size))),
      ])
    expect(sizes.size).toBe(12)
    for (const each of sizes.values()) expect(new Set(each).size).toBe(1)
    const loudnesses: number[] = []
    for (const id of plan.blocks[0]!.slice(0, 4).flatMap(({ sounds }) => sounds)) {
      const decoded = await page.evaluate(async (sound) => {
        const bytes = await (await fetch(sound)).arrayBuffer()
        return [...(await new OfflineAudioContext(1, 1, 24_000).decodeAudioData(bytes)).getChannelData(0)]
      }, `${plan.sounds}${id}.mp3`)
      loudnesses.push(loudness(Float32Array.from(decoded), 24_000))
    }
    expect(Math.max(...loudnesses) - Math.min(...loudnesses)).toBeLessThan(0.5)
    await context.close()
  })

  it('is a PDF of at most 60 pages too, with an appendix, both linked from the front page with their sizes', async () => {
    const pagesOf = async (name: string): Promise<number> => {
      const bytes = await readFile(join(site, name))
      expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
      const size = (bytes.length / 1e6).toFixed(1)
      expect(await html('')).toMatch(new RegExp(`<a href="${BASE}${name}">[^<]*PDF</a> \\(${size} MB\\)`))
      return [...bytes.toString('latin1').matchAll(/\/Type \/Page\b/g)].length
    }
    const pages = await pagesOf('cantus-report.pdf')
    expect(pages).toBeGreaterThan(20)
    expect(pages).toBeLessThanOrEqual(60)
    expect(await pagesOf('cantus-report-appendix.pdf')).toBeGreaterThan(20)
  })
})
