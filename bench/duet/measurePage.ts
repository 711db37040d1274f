import type { Browser, Page } from 'playwright-core'

/** The duet in a page: what a visit takes, and how fast the partner decides. */
export interface MeasuredPage {
  readonly decisionP99: number
  readonly answerP99: number
  readonly deadlines: number
  readonly missed: number
  readonly bytes: number
  readonly firstNoteSeconds: number
}

const KEYS = ['a', 's', 'd', 'f', 'g', 'h', 'j'] as const
const KEY_MILLISECONDS = 250

/**
 * A visitor hears a duet at one press, and listens for some minutes; then a person plays keys for one minute.
 * @param address of the page Play.
 */
export async function measurePage(browser: Browser, address: string, minutes: number): Promise<MeasuredPage> {
  const context = await browser.newContext()
  const page = await context.newPage()
  const sizes: Promise<number>[] = []
  page.on(
    'requestfinished',
    (request) => void sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize)),
  )
  const opened = performance.now()
  await page.goto(address, { waitUntil: 'load' })
  await page.getByRole('button', { name: 'Hear a duet' }).click()
  await page.locator('play-together[data-duet="playing"]').waitFor({ timeout: 60_000 })
  const firstNoteSeconds = (performance.now() - opened) / 1000
  const bytes = (await Promise.all(sizes)).reduce((sum, each) => sum + each, 0)
  const watched = await listen(page, minutes)
  await page.locator('#duet-performer').selectOption('')
  await page.getByRole('button', { name: 'Start' }).click()
  await page.locator('play-together[data-duet="playing"]').waitFor()
  await page.locator('.key').first().focus()
  for (let n = 0; n < 60_000 / KEY_MILLISECONDS; n++) {
    await page.keyboard.press(KEYS[n % KEYS.length] ?? 'a', { delay: KEY_MILLISECONDS / 2 })
    await page.waitForTimeout(KEY_MILLISECONDS / 2)
  }
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  const played = await timesOf(page)
  await context.close()
  return {
    decisionP99: Math.max(watched.decisionP99, played.decisionP99),
    answerP99: played.answerP99,
    deadlines: watched.deadlines + played.deadlines,
    missed: watched.missed + played.missed,
    ...{ bytes, firstNoteSeconds },
  }
}

/** A tune lasts less than a minute: it is started again until the minutes are over. */
async function listen(page: Page, minutes: number): Promise<Times> {
  const until = performance.now() + 60_000 * minutes
  let sum: Times = { decisionP99: 0, answerP99: NaN, deadlines: 0, missed: 0 }
  while (performance.now() < until) {
    await page.locator('play-together[data-duet="idle"]').waitFor({ timeout: 180_000 })
    const { decisionP99, deadlines, missed } = await timesOf(page)
    sum = {
      ...{ answerP99: NaN, decisionP99: Math.max(sum.decisionP99, decisionP99) },
      ...{ deadlines: sum.deadlines + deadlines, missed: sum.missed + missed },
    }
    if (performance.now() < until) await page.getByRole('button', { name: 'Start' }).click()
  }
  return sum
}

interface Times {
  readonly decisionP99: number
  readonly answerP99: number
  readonly deadlines: number
  readonly missed: number
}

/** What the page says of the duet that ended last. */
async function timesOf(page: Page): Promise<Times> {
  const {
    missed = '',
    decisionP99,
    answerP99,
  } = await page.locator('play-together').evaluate((element) => ({ ...(element as HTMLElement).dataset }))
  const [late, all] = missed.split('/').map(Number)
  return {
    ...{ decisionP99: Number(decisionP99), answerP99: Number(answerP99) },
    ...{ deadlines: all ?? NaN, missed: late ?? NaN },
  }
}
