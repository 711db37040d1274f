import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'

/** A way of looking at the site. */
export interface View {
  readonly name: string
  readonly context: BrowserContextOptions
  /** Whether axe is asked about a page. */
  readonly asksAxe: (path: string) => boolean
  /** The rules that axe is asked for; all if absent. */
  readonly axeRules?: readonly string[]
  /** What else is taken from each page: what a test of this view reads. */
  readonly takes: readonly ('addresses' | 'letters' | 'cut')[]
}

/** What one look at a page finds. */
export interface Visit {
  readonly path: string
  readonly status: number | undefined
  readonly headings: number
  /** Pixels by which the page is wider than the window. */
  readonly overflow: number
  /** Letters of charts, by their size on the screen. */
  readonly letters: readonly { readonly pixels: number; readonly text: string }[]
  /** Addresses that the page names, without what follows a `#`. */
  readonly addresses: readonly string[]
  readonly violations: readonly string[]
  /** Tables and charts wider than their box once all details are open, and whether the box says that it scrolls. */
  readonly cut: readonly { readonly name: string; readonly isSaid: boolean }[]
}

export interface Visits {
  readonly visits: readonly Visit[]
  /** Errors, and requests to other places than the site. */
  readonly complaints: readonly string[]
}

export interface Tour {
  readonly address: string
  readonly paths: readonly string[]
  /** Folder of a picture of each page. */
  readonly screenshots: string
}

/** Pages open at a time: drawing one leaves a core free for another. */
const TABS = 2

/** Opens each page once and takes from it all that is asked of every page: opening pages is what takes the time. */
export async function visitPages(browser: Browser, view: View, tour: Tour): Promise<Visits> {
  await mkdir(tour.screenshots, { recursive: true })
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...view.context })
  const complaints: string[] = []
  const visits: Visit[] = []
  const left = [...tour.paths]
  const tab = async (): Promise<void> => {
    const page = await listenedPage(context, tour.address, complaints)
    for (let path = left.shift(); path !== undefined; path = left.shift())
      visits.push(await visit(page, path, view, tour))
  }
  try {
    await Promise.all(Array.from({ length: TABS }, tab))
  } finally {
    await context.close()
  }
  return { visits, complaints }
}

/** A page whose errors and outside requests are noted. */
export async function listenedPage(context: BrowserContext, address: string, complaints: string[]): Promise<Page> {
  const page = await context.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(address) && !/^(data|blob):/.test(url)) complaints.push(`${page.url()} asks for ${url}`)
  })
  return page
}

/** What changes the page comes last: axe, then the details that are opened. */
async function visit(page: Page, path: string, view: View, { address, screenshots }: Tour): Promise<Visit> {
  const status = (await page.goto(address + path))?.status()
  await page.screenshot({ path: shotName(screenshots, path, view.name) })
  return {
    ...{ path, status },
    headings: await page.locator('h1').count(),
    overflow: await page.locator('html').evaluate((root) => root.scrollWidth - root.clientWidth),
    letters: view.takes.includes('letters') ? await lettersOf(page) : [],
    addresses: view.takes.includes('addresses') ? await addressesOf(page) : [],
    violations: view.asksAxe(path) ? await violationsOf(page, view.axeRules) : [],
    cut: view.takes.includes('cut') ? await cutBoxes(page) : [],
  }
}

export const shotName = (folder: string, path: string, what: string): string =>
  join(folder, `${path === '' ? 'index' : path.replace(/\/$/, '').replaceAll('/', '-')}-${what}.png`)

const lettersOf = (page: Page): Promise<Visit['letters']> =>
  page.evaluate(() =>
    [
      ...document.querySelectorAll<SVGTextElement>(
        'main .drawing svg text, main .roll svg text, main .unrolled-lanes svg text',
      ),
    ]
      .filter((text) => text.checkVisibility() && text.textContent.trim() !== '')
      .map((text) => {
        const { a, b } = text.getScreenCTM()!
        return { pixels: parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b), text: text.textContent }
      }),
  )

const addressesOf = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('[href], [src]')].map((each) =>
      new URL(each.getAttribute('href') ?? each.getAttribute('src') ?? '', document.baseURI).href.replace(/#.*/, ''),
    ),
  )

/** Entries of the reference of the programming interface that axe is shown: the others are made alike. */
const ENTRIES_SHOWN = 200

/**
 * Axe looks at every element of the document, and slowly: what charts draw is taken out of it first (their names and tables are
 * other tests'), and most of the reference. It would also wait ten seconds for sounds that are not loaded before they are played.
 */
async function violationsOf(page: Page, rules?: readonly string[]): Promise<string[]> {
  await page.evaluate((entries) => {
    for (const drawn of document.querySelectorAll('main svg > :not(title, desc)')) drawn.remove()
    for (const entry of document.querySelectorAll(`.reference > :nth-child(n + ${entries})`)) entry.remove()
  }, ENTRIES_SHOWN)
  const all = new AxeBuilder({ page }).options({ preload: false })
  const { violations } = await (rules === undefined ? all : all.withRules([...rules])).analyze()
  return violations.map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0]?.html.slice(0, 160)}`)
}

const cutBoxes = (page: Page): Promise<Visit['cut']> =>
  page.evaluate(async () => {
    for (const details of document.querySelectorAll<HTMLDetailsElement>('main details')) details.open = true
    await new Promise((done) => setTimeout(done, 300)) // the observer's turn
    return [...document.querySelectorAll<HTMLElement>('main .table, main .drawing, main .scroll')]
      .filter((box) => box.clientWidth > 0 && box.scrollWidth > box.clientWidth + 1)
      .map((box) => {
        const names = (box.getAttribute('aria-labelledby') ?? '').split(' ')
        const label = box.ariaLabel ?? names.map((id) => document.getElementById(id)?.textContent).join(' ')
        const says = getComputedStyle(box, '::after').content.includes('Scroll sideways')
        const hasShadow = getComputedStyle(box).backgroundImage.includes('gradient')
        return {
          name: `${box.className} ${label}`,
          isSaid: says && hasShadow && box.tabIndex === 0 && label.trim() !== '',
        }
      })
  })
