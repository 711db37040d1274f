import type { Browser, Page } from 'playwright-core'
import type { Bins } from '../../site/src/scripts/instrument/histogram.ts'

type Histograms = Record<'decisions' | 'answers' | 'asynchronies', Bins>

/** The duet in a page: what a visit takes, and how fast the partner decides while no other page plays. */
export interface MeasuredPage {
  readonly decisionP99: number
  readonly answerP99: number
  readonly deadlines: number
  readonly missed: number
  readonly bytes: number
  readonly firstNoteSeconds: number
  /** Sources of sound that play at a time: the most of the first minute, and of the last. */
  readonly liveSources: [number, number]
  readonly histograms: Histograms
}

const KEYS = ['a', 's', 'd', 'f', 'g', 'h', 'j'] as const
const KEY_MILLISECONDS = 250

/** Minutes in which one page plays alone, before the others join. */
const MINUTES_ALONE = 2

/** How long is listened, and in how many pages at once: each decides for its own duet, so several reach many deadlines sooner. */
export interface Listening {
  readonly minutes: number
  readonly pages: number
}

/**
 * A visitor hears a duet at one press and listens for two minutes, then for some minutes more, as do others in pages of their own;
 * then a person plays keys for one minute. Times are those of the page while it is alone, deadlines those of all pages.
 * @param address of the page Play.
 */
export async function measurePage(
  browser: Browser,
  address: string,
  { minutes, pages }: Listening,
): Promise<MeasuredPage> {
  const { page, bytes, firstNoteSeconds } = await visit(browser, address)
  const alone = await listen(page, MINUTES_ALONE)
  const others = []
  for (let n = 1; n < pages; n++) others.push((await visit(browser, address)).page)
  const listened = await Promise.all([page, ...others].map((each) => listen(each, minutes)))
  for (const each of others) await each.close()
  const played = await playKeys(page)
  await page.context().close()
  const own = together(alone.times, played)
  const all = [...listened.map(({ times }) => times), own].reduce(together)
  const [first, last] = [0, 1].map((n) => Math.max(...listened.map(({ live }) => live[n] ?? NaN)))
  return {
    ...{ decisionP99: p99(own.histograms.decisions), answerP99: p99(own.histograms.answers) },
    ...{ deadlines: all.deadlines, missed: all.missed, bytes, firstNoteSeconds, histograms: own.histograms },
    liveSources: [first ?? NaN, last ?? NaN],
  }
}

/** A person who plays for a minute. */
async function playKeys(page: Page): Promise<Times> {
  await page.locator('#duet-performer').selectOption('')
  await page.locator('#duet-mode').selectOption('third-below') // in which each of their notes is answered
  await startAgain(page)
  await page.locator('play-together[data-duet="playing"]').waitFor()
  await page.locator('.key').first().focus()
  for (let n = 0; n < 60_000 / KEY_MILLISECONDS; n++) {
    await page.keyboard.press(KEYS[n % KEYS.length] ?? 'a', { delay: KEY_MILLISECONDS / 2 })
    await page.waitForTimeout(KEY_MILLISECONDS / 2)
  }
  await page.locator('play-together').getByRole('button', { name: 'Stop', exact: true }).click()
  return timesOf(page)
}

const startAgain = (page: Page): Promise<void> =>
  page.locator('play-together').getByRole('button', { name: 'Start' }).click()

interface Visit {
  readonly page: Page
  readonly bytes: number
  readonly firstNoteSeconds: number
}

async function visit(browser: Browser, address: string): Promise<Visit> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.addInitScript(countSources)
  const sizes: Promise<number>[] = []
  page.on(
    'requestfinished',
    (request) => void sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize)),
  )
  const opened = performance.now()
  await page.goto(address, { waitUntil: 'load' })
  await page.locator('play-together').getByRole('button', { name: 'Hear a duet' }).click()
  await page.locator('play-together[data-duet="playing"]').waitFor({ timeout: 60_000 })
  const firstNoteSeconds = (performance.now() - opened) / 1000
  return { page, bytes: (await Promise.all(sizes)).reduce((sum, each) => sum + each, 0), firstNoteSeconds }
}

/** In the page: `liveSources`, how many oscillators and buffers were started and have not ended. */
function countSources(): void {
  const counted = Object.assign(globalThis, { liveSources: 0 })
  const { prototype } = AudioScheduledSourceNode
  for (const each of [prototype, AudioBufferSourceNode.prototype]) {
    const start = each.start
    each.start = function (this: AudioScheduledSourceNode, ...when: number[]): void {
      counted.liveSources += 1
      this.addEventListener('ended', () => (counted.liveSources -= 1), { once: true })
      start.apply(this, when as [])
    }
  }
}

interface Listened {
  readonly times: Times
  /** Most sources that played at a time in the first minute, and in the last. */
  readonly live: readonly [number, number]
}

const LOOK_MILLISECONDS = 500

/** A tune lasts less than a minute: it is started again until the minutes are over. */
async function listen(page: Page, minutes: number): Promise<Listened> {
  const began = performance.now()
  const until = began + 60_000 * minutes
  const looks: { readonly minute: number; readonly sources: number }[] = []
  let sum = NO_TIMES
  if ((await page.locator('play-together').getAttribute('data-duet')) === 'idle') await startAgain(page)
  while (performance.now() < until) {
    while ((await page.locator('play-together').getAttribute('data-duet')) !== 'idle') {
      const sources = await page.evaluate(() => (globalThis as unknown as { liveSources: number }).liveSources)
      looks.push({ minute: (performance.now() - began) / 60_000, sources })
      await page.waitForTimeout(LOOK_MILLISECONDS)
    }
    sum = together(sum, await timesOf(page))
    if (performance.now() < until) await startAgain(page)
  }
  const most = (from: number, to: number): number =>
    Math.max(...looks.filter(({ minute }) => minute >= from && minute < to).map(({ sources }) => sources))
  return { times: sum, live: [most(0, 1), most(minutes - 1, Infinity)] }
}

interface Times {
  readonly deadlines: number
  readonly missed: number
  readonly histograms: Histograms
}

const NONE: Bins = { from: 0, width: 0, counts: [] }
const NO_TIMES: Times = {
  ...{ deadlines: 0, missed: 0 },
  histograms: { decisions: NONE, answers: NONE, asynchronies: NONE },
}

const together = (a: Times, b: Times): Times => ({
  ...{ deadlines: a.deadlines + b.deadlines, missed: a.missed + b.missed },
  histograms: {
    decisions: added(a.histograms.decisions, b.histograms.decisions),
    answers: added(a.histograms.answers, b.histograms.answers),
    asynchronies: added(a.histograms.asynchronies, b.histograms.asynchronies),
  },
})

const added = (a: Bins, b: Bins): Bins => ({ ...b, counts: b.counts.map((count, n) => count + (a.counts[n] ?? 0)) })

/** The end of the bin below which 99 of 100 values lie; endless where that is the last bin, in which all larger ones count. */
function p99({ from, width, counts }: Bins): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  let below = 0
  const bin = counts.findIndex((count) => (below += count) >= 0.99 * total)
  return bin === counts.length - 1 ? Infinity : from + (bin + 1) * width
}

/** What the page says of the duet that ended last. */
async function timesOf(page: Page): Promise<Times> {
  const { missed = '', histograms = '{}' } = await page
    .locator('play-together')
    .evaluate((element) => ({ ...(element as HTMLElement).dataset }))
  const [late, all] = missed.split('/').map(Number)
  return { deadlines: all ?? NaN, missed: late ?? NaN, histograms: JSON.parse(histograms) as Histograms }
}
