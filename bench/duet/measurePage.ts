import type { Browser, Page } from 'playwright-core'
import type { Bins } from '../../site/src/scripts/instrument/histogram.ts'

type Histograms = Record<'decisions' | 'answers' | 'asynchronies', Bins>

/** The duet in a page: what a visit takes, and how fast the partner decides. */
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

/** How long is listened, and in how many pages at once: each decides for its own duet, so several reach many deadlines sooner. */
export interface Listening {
  readonly minutes: number
  readonly pages: number
}

/**
 * A visitor hears a duet at one press, and listens for some minutes, as do others in pages of their own; then a person plays keys for
 * one minute.
 * @param address of the page Play.
 */
export async function measurePage(
  browser: Browser,
  address: string,
  { minutes, pages }: Listening,
): Promise<MeasuredPage> {
  const visits = []
  for (let n = 0; n < pages; n++) visits.push(await visit(browser, address))
  const [{ page, bytes, firstNoteSeconds }] = visits as [Visit, ...Visit[]]
  const listened = await Promise.all(visits.map(({ page: each }) => listen(each, minutes)))
  for (const { page: each } of visits.slice(1)) await each.close()
  await page.locator('#duet-performer').selectOption('')
  await page.locator('play-together').getByRole('button', { name: 'Start' }).click()
  await page.locator('play-together[data-duet="playing"]').waitFor()
  await page.locator('.key').first().focus()
  for (let n = 0; n < 60_000 / KEY_MILLISECONDS; n++) {
    await page.keyboard.press(KEYS[n % KEYS.length] ?? 'a', { delay: KEY_MILLISECONDS / 2 })
    await page.waitForTimeout(KEY_MILLISECONDS / 2)
  }
  await page.locator('play-together').getByRole('button', { name: 'Stop', exact: true }).click()
  const played = await timesOf(page)
  const all = [...listened.map(({ times }) => times), played].reduce(together)
  await page.context().close()
  const [first, last] = [0, 1].map((n) => Math.max(...listened.map(({ live }) => live[n] ?? NaN)))
  return {
    ...{ decisionP99: all.decisionP99, answerP99: played.answerP99, deadlines: all.deadlines, missed: all.missed },
    ...{ bytes, firstNoteSeconds, histograms: all.histograms, liveSources: [first ?? NaN, last ?? NaN] },
  }
}

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
  while (performance.now() < until) {
    while ((await page.locator('play-together').getAttribute('data-duet')) !== 'idle') {
      const sources = await page.evaluate(() => (globalThis as unknown as { liveSources: number }).liveSources)
      looks.push({ minute: (performance.now() - began) / 60_000, sources })
      await page.waitForTimeout(LOOK_MILLISECONDS)
    }
    sum = together(sum, await timesOf(page))
    if (performance.now() < until) await page.locator('play-together').getByRole('button', { name: 'Start' }).click()
  }
  const most = (from: number, to: number): number =>
    Math.max(...looks.filter(({ minute }) => minute >= from && minute < to).map(({ sources }) => sources))
  return { times: sum, live: [most(0, 1), most(minutes - 1, Infinity)] }
}

interface Times {
  readonly decisionP99: number
  readonly answerP99: number
  readonly deadlines: number
  readonly missed: number
  readonly histograms: Histograms
}

const NONE: Bins = { from: 0, width: 0, counts: [] }
const NO_TIMES: Times = {
  ...{ decisionP99: 0, answerP99: NaN, deadlines: 0, missed: 0 },
  histograms: { decisions: NONE, answers: NONE, asynchronies: NONE },
}

const together = (a: Times, b: Times): Times => ({
  ...{ decisionP99: Math.max(a.decisionP99, b.decisionP99), answerP99: b.answerP99 },
  ...{ deadlines: a.deadlines + b.deadlines, missed: a.missed + b.missed },
  histograms: {
    decisions: added(a.histograms.decisions, b.histograms.decisions),
    answers: added(a.histograms.answers, b.histograms.answers),
    asynchronies: added(a.histograms.asynchronies, b.histograms.asynchronies),
  },
})

const added = (a: Bins, b: Bins): Bins => ({ ...b, counts: b.counts.map((count, n) => count + (a.counts[n] ?? 0)) })

/** What the page says of the duet that ended last. */
async function timesOf(page: Page): Promise<Times> {
  const {
    missed = '',
    decisionP99,
    answerP99,
    histograms = '{}',
  } = await page.locator('play-together').evaluate((element) => ({ ...(element as HTMLElement).dataset }))
  const [late, all] = missed.split('/').map(Number)
  return {
    ...{ decisionP99: Number(decisionP99), answerP99: Number(answerP99) },
    ...{ deadlines: all ?? NaN, missed: late ?? NaN, histograms: JSON.parse(histograms) as Histograms },
  }
}
