import { median } from 'simple-statistics'
import type { Page } from 'playwright-core'
import { forget, type Handed, type Onset, watched } from './watchPage.ts'

/** Middle and worst of what was measured. */
export interface Spread {
  readonly median: number
  readonly most: number
}

const [PARTNER, METRONOME] = [1, 2]
/** An accent of the metronome is louder than this in the tap, any other beat softer. */
const ACCENT_PEAK = 0.2
/** A piano's, pad's or plucked tone's first note comes out of a silence of at least this many seconds. */
const LEAST_SILENCE = 0.3

export const spread = (values: readonly number[]): Spread =>
  values.length === 0 ? { median: NaN, most: NaN } : { median: median([...values]), most: Math.max(...values) }

/** Some keys of the page, half a second apart. */
export async function playCall(page: Page, pitches: readonly number[] = [60, 64, 67]): Promise<void> {
  for (const pitch of pitches) {
    await page.locator(`.key[data-pitch="${pitch}"]`).click()
    await page.waitForTimeout(500)
  }
}

export const phase = (page: Page, name: string): Promise<void> =>
  page.locator(`play-together[data-phase="${name}"]`).waitFor({ timeout: 60_000 })

/** Turns one by one: milliseconds to the reply's first event, from the bar line to its first note, and of the MIDI sent. */
export async function measureTurns(
  page: Page,
  turns: number,
): Promise<{ firstEventMs: Spread; barLineMs: Spread; midiOutMs: Spread; notesHeard: number }> {
  const desk = page.locator('play-together')
  const [firsts, lines, sends] = [[] as number[], [] as number[], [] as number[]]
  let notesHeard = 0
  for (let turn = 0; turn < turns; turn++) {
    await forget(page)
    await playCall(page)
    await phase(page, 'reply')
    await phase(page, 'idle')
    await page.waitForTimeout(1200)
    firsts.push(Number(await desk.getAttribute('data-first-after')))
    const { onsets, handed, sent, offsets, sampleRate } = await watched(page)
    const reply = await firstOfReply(page)
    if (reply === null) continue
    notesHeard++
    const stepSeconds = 60 / reply.beatsPerMinute / 4
    lines.push(...barLineDistance(onsets, { sampleRate, late: reply.step * stepSeconds }))
    const offset = Math.min(...offsets)
    const strikes = sent.filter(({ bytes }) => (bytes[0]! & 0xf0) === 0x90)
    // A note that was late is struck at once, so that a message belongs to the note nearest to it.
    const due = handed.map(({ when }) => when * 1000 + offset)
    sends.push(...strikes.map(({ at, sentAt }) => nearest(Math.max(at, sentAt), due)))
  }
  return { firstEventMs: spread(firsts), barLineMs: spread(lines), midiOutMs: spread(sends), notesHeard }
}

/** Distance to the nearest of some times. */
const nearest = (time: number, others: readonly number[]): number =>
  Math.min(...others.map((other) => Math.abs(other - time)))

/** The partner's notes are handed over before their time; those of the person are struck at once. */
export const repliesOf = (handed: readonly Handed[]): Handed[] => handed.filter(({ when, now }) => when > now)

/** Where in its bar the reply's first note lies, by the page's own words; null for a reply of silence. */
async function firstOfReply(page: Page): Promise<{ step: number; beatsPerMinute: number } | null> {
  const words = (await page.locator('#together-words').textContent()) ?? ''
  const found = /Reply: \S+ at bar \d+, step (\d+)/.exec(words)
  const beatsPerMinute = Number(await page.locator('#together-tempo').inputValue())
  return found === null ? null : { step: Number(found[1]) - 1, beatsPerMinute }
}

/** Milliseconds between the accent of the metronome and the reply's first note, less how late in its bar this was meant. */
function barLineDistance(
  onsets: readonly Onset[],
  { sampleRate, late }: { sampleRate: number; late: number },
): number[] {
  const first = onsets.find(({ input, silent }) => input === PARTNER && silent > LEAST_SILENCE * sampleRate)
  const accents = onsets.filter(({ input, peak }) => input === METRONOME && peak > ACCENT_PEAK)
  if (first === undefined || accents.length === 0) return []
  const meant = first.frame - late * sampleRate
  return [(Math.min(...accents.map(({ frame }) => Math.abs(frame - meant))) / sampleRate) * 1000]
}
