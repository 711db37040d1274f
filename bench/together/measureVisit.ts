import type { Browser } from 'playwright-core'

/** A first visit, from the address to the first reply. */
export interface Visit {
  /** Bytes of JavaScript as sent, before anything is touched. */
  readonly scriptBytes: number
  /** Bytes of all that was sent up to the first reply. */
  readonly bytesToReply: number
  readonly secondsToReply: number
}

/** A visitor who opens the page and taps three keys. */
export async function measureVisit(browser: Browser, address: string): Promise<Visit> {
  const context = await browser.newContext()
  const page = await context.newPage()
  const sizes: Promise<{ isScript: boolean; bytes: number }>[] = []
  page.on('requestfinished', (request) => {
    const isScript = new URL(request.url()).pathname.endsWith('.js')
    sizes.push(request.sizes().then(({ responseBodySize }) => ({ isScript, bytes: responseBodySize })))
  })
  const opened = performance.now()
  await page.goto(address, { waitUntil: 'load' })
  await page.locator('.key[data-pitch="60"]').waitFor()
  const before = await Promise.all(sizes)
  for (const pitch of [60, 62, 64]) await page.locator(`.key[data-pitch="${pitch}"]`).click()
  await page.locator('play-together[data-phase="reply"]').waitFor({ timeout: 60_000 })
  const secondsToReply = (performance.now() - opened) / 1000
  const all = await Promise.all(sizes)
  await context.close()
  const sum = (some: typeof all): number => some.reduce((total, { bytes }) => total + bytes, 0)
  return { scriptBytes: sum(before.filter(({ isScript }) => isScript)), bytesToReply: sum(all), secondsToReply }
}
