import type { Page } from 'playwright-core'
import { playCall, phase, repliesOf } from './measureTurns.ts'
import { forget, type Handed, type Onset, watched } from './watchPage.ts'

/** What went wrong with the sound while two played in turns. */
export interface Gaps {
  readonly minutes: number
  readonly calls: number
  readonly notes: number
  /** Stretches of 10 ms below -60 dBFS inside a note of the partner. */
  readonly silences: number
  /** Seconds in which the audio clock fell more than 20 ms behind the page's. */
  readonly lags: number
  /** Most that it fell behind, in milliseconds. */
  readonly mostLagMs: number
}

const PARTNER = 1
const MOST_LAG_MS = 20
/** The pad's release, which the page stops its oscillators behind. */
const RELEASE_SECONDS = 8 * 0.18
/** From its start a note of the pad needs this long to be louder than -60 dBFS. */
const ATTACK_SECONDS = 0.01

/** Plays in turns for some minutes, with a sound that does not die away by itself. */
export async function measureGaps(page: Page, minutes: number): Promise<Gaps> {
  await page.locator('#together-timbre-partner').selectOption('pad')
  await page.locator('#together-loop').check()
  await page.waitForTimeout(1500)
  await forget(page)
  const end = performance.now() + minutes * 60_000
  let calls = 0
  for (; performance.now() < end; calls++) {
    await playCall(page, calls % 2 === 0 ? [60, 64, 67] : [67, 65, 62])
    await phase(page, 'reply')
    await phase(page, 'call')
  }
  const all = await watched(page)
  await page.locator('#together-loop').uncheck()
  await page.locator('play-together [data-do="start"]').click()
  const [first = 0] = all.offsets
  const behind = all.offsets.map((offset) => offset - first)
  return {
    ...{ minutes, calls, notes: new Set(repliesOf(all.handed).map(({ when }) => when)).size },
    silences: silencesOf(all.onsets, repliesOf(all.handed), all.sampleRate),
    lags: behind.filter((lag, n) => lag - (behind[n - 1] ?? 0) > MOST_LAG_MS).length,
    mostLagMs: Math.max(0, ...behind),
  }
}

/** Silences of the partner that lie inside one of its notes for at least 10 ms. */
function silencesOf(onsets: readonly Onset[], notes: readonly Handed[], sampleRate: number): number {
  return onsets.filter(({ input, frame, silent }) => {
    if (input !== PARTNER || !Number.isFinite(silent)) return false
    const [from, to] = [(frame - silent) / sampleRate, frame / sampleRate]
    return notes.some(({ when, stop }) => {
      const inside = Math.min(to, stop - RELEASE_SECONDS) - Math.max(from, when + ATTACK_SECONDS)
      return inside >= 0.01
    })
  }).length
}
