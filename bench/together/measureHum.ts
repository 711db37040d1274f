import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { singMelody } from '../../site/src/scripts/instrument/simulatedSinger.ts'
import { encodeWav } from '../../site/src/scripts/instrument/wav.ts'
import { starterPrimers } from '../../src/generation/starterPrimers.ts'
import { melodyNotes } from '../../src/melody/melody.ts'
import { pitchName } from '../../src/melody/pitchName.ts'

/** What was sung and what of it was heard. */
export interface Heard {
  readonly melodies: number
  readonly notes: number
  readonly heard: number
  /** Pitches heard right, in the order in which they were sung. */
  readonly right: number
}

const SAMPLE_RATE = 48_000
const MELODIES = 20
/** Each is two bars of 4/4 long at most. */
const CALL_STEPS = 32
const BEATS_PER_MINUTE = 120
const STEP_SECONDS = 60 / BEATS_PER_MINUTE / 4
/** Silence before a melody, until the page listens. */
const LEAD_SECONDS = 0.7

type Melody = readonly { readonly pitch: number; readonly startStep: number; readonly endStep: number }[]

/** Twenty melodies of held-out tunes, each sung into the microphone of a fresh page, which has the model answer it. */
export async function measureHum(program: string, address: string): Promise<Heard> {
  const folder = await mkdtemp(join(tmpdir(), 'cantus-hum-'))
  const sums = { melodies: MELODIES, notes: 0, heard: 0, right: 0 }
  try {
    for (const [n, melody] of melodies().entries()) {
      const file = join(folder, `${n}.wav`)
      await writeFile(file, encodeWav([sung(melody, n)], SAMPLE_RATE))
      const meant = melody.map(({ pitch }) => pitchName(pitch))
      const heard = await hum(file, { program, address })
      sums.notes += meant.length
      sums.heard += heard.length
      sums.right += inCommon(meant, heard)
    }
    return sums
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Melodies of the held-out tunes: their beginnings, then what follows. */
function melodies(): Melody[] {
  return Array.from({ length: MELODIES }, (_, n) => {
    const { tune } = starterPrimers[n % starterPrimers.length]!
    const from = Math.floor(n / starterPrimers.length) * CALL_STEPS
    return melodyNotes(tune.slice(from, from + CALL_STEPS))
  })
}

function sung(melody: Melody, seed: number): Float32Array {
  const part = singMelody(melody, { stepSeconds: STEP_SECONDS, sampleRate: SAMPLE_RATE, seed })
  const sound = new Float32Array(LEAD_SECONDS * SAMPLE_RATE + part.length)
  sound.set(part, LEAD_SECONDS * SAMPLE_RATE)
  return sound
}

/** The call that a page makes of a sound at its microphone: names of its pitches. */
async function hum(file: string, { program, address }: { program: string; address: string }): Promise<string[]> {
  const device = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
  const args = ['--no-sandbox', ...device, `--use-file-for-fake-audio-capture=${file}%noloop`]
  const browser = await chromium.launch({ executablePath: program, args })
  try {
    const page = await browser.newPage()
    await page.goto(address)
    const desk = page.locator('play-together')
    await page.locator('.drawer summary:visible').first().click()
    await page.locator('#together-model').selectOption('2.1')
    await page.locator('#together-tempo').fill(String(BEATS_PER_MINUTE))
    await page.locator('#together-tempo').press('Tab')
    await desk.locator('[data-do="hum"]').click()
    await page.locator('play-together[data-phase="reply"]').waitFor({ timeout: 60_000 })
    await desk.locator('[data-do="start"]').click()
    const words = (await page.locator('#together-words').textContent()) ?? ''
    return [...words.split(' Reply:')[0]!.matchAll(/(\S+) at bar/g)].map(([, name]) => name!)
  } finally {
    await browser.close()
  }
}

/** Length of the longest sequence that both hold in order. */
function inCommon(first: readonly string[], second: readonly string[]): number {
  let row = Array<number>(second.length + 1).fill(0)
  for (const each of first) {
    const next = [0]
    for (const [n, other] of second.entries()) next.push(each === other ? row[n]! + 1 : Math.max(row[n + 1]!, next[n]!))
    row = next
  }
  return row.at(-1)!
}
