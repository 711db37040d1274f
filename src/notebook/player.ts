import { encodeMp3 } from '../audio/encodeMp3.ts'
import { type RenderedMelody, renderMelody } from '../audio/renderMelody.ts'
import { NoSoundFontError } from '../audio/soundFont.ts'
import { SAMPLE_RATE } from '../audio/sampleRate.ts'
import { rollRowsSvg, type RollRow } from '../charts/rollRows.ts'
import { melodyMidi } from '../generation/compose.ts'
import { writeMidi } from '../score/writeMidi.ts'
import { twoVoiceScore } from '../study/voices/passageMidi.ts'
import { escapeText } from '../support/text/escapeText.ts'
import { attachPlayers } from './attachPlayers.ts'
import { itemAt } from '../support/itemAt.ts'

/** A melody of a player. */
export interface PlayedMelody {
  readonly title: string
  readonly events: readonly number[]
  /** Steps that were given: drawn in another colour. Absent = none. */
  readonly primerSteps?: number
  readonly stepsPerBar?: number
  /** A second voice that sounds together with the melody. */
  readonly second?: readonly number[]
  /** Quarter notes per minute; absent = 120. */
  readonly qpm?: number
}

/** Options of a player. */
export interface PlayerOptions {
  /** Longest part of each melody that sounds and is shown, in seconds; what was given takes at most half of it. */
  readonly seconds?: number
}

/** A player as HTML, and what it plays in words. */
export interface Player {
  readonly html: string
  readonly text: string
}

const DEFAULT_SECONDS = 8
const DEFAULT_QPM = 120
const STEPS_PER_QUARTER = 4
const STEPS_PER_BAR = 16
/** Silence between two melodies. */
const PAUSE_SECONDS = 0.4
/** A solo piano at 24 kHz; a comparison of five melodies is 120 KB. */
const BITRATE = 24

/**
 * One player for melodies that are compared: they sound one after the other, their rolls lie below each other on one scale, and
 * where scripts run a line follows the sound. A click on a roll plays from there.
 * @throws as `renderMelody`.
 */
export async function player(melodies: readonly PlayedMelody[], options: PlayerOptions = {}): Promise<Player> {
  const rows = melodies.map((melody) => rowOf(melody, options.seconds ?? DEFAULT_SECONDS))
  const sounds = await soundsOf(rows)
  const { svg, places, label } = rollRowsSvg(rows)
  const picture = pictureHtml(svg, label)
  if (typeof sounds === 'string')
    return { html: `<p>${escapeText(sounds)}</p><figure>${picture}</figure>`, text: label }
  let at = 0
  const starts = rows.map((_, n) => {
    const start = at
    at += itemAt(sounds, n).seconds + PAUSE_SECONDS
    return start
  })
  const pcm = new Float32Array(Math.ceil(at * SAMPLE_RATE))
  sounds.forEach((sound, n) => pcm.set(sound.pcm, Math.round(itemAt(starts, n) * SAMPLE_RATE)))
  const parts = rows.map(({ events, qpm }, n) => {
    const { left, right, top, bottom } = itemAt(places, n)
    const seconds = (events.length * 60) / (qpm * STEPS_PER_QUARTER)
    return [itemAt(starts, n), itemAt(starts, n) + seconds, left, right, top, bottom].map(
      (value) => Math.round(value * 1e4) / 1e4,
    )
  })
  const mp3 = Buffer.from(await encodeMp3(pcm, BITRATE)).toString('base64')
  const title = escapeText(melodies.map((melody) => melody.title).join(' · '))
  const html =
    `<figure data-parts="${escapeText(JSON.stringify(parts))}" style="margin:0 0 1.5em;max-width:860px">` +
    `<audio controls preload="metadata" aria-label="${title}" src="data:audio/mpeg;base64,${mp3}"></audio>` +
    `<div class="rolls" style="position:relative">${picture}</div></figure>` +
    `<script>(${attachPlayers.toString()})(document)</script>`
  return { html, text: label }
}

/** What each melody sounds like; a sentence where this machine lacks what makes sound. */
async function soundsOf(rows: readonly Row[]): Promise<RenderedMelody[] | string> {
  try {
    return await Promise.all(rows.map((row) => renderMelody(midiOf(row))))
  } catch (error) {
    if (!(error instanceof NoSoundFontError)) throw error
    return error.message
  }
}

const midiOf = ({ events, second, qpm, stepsPerBar = STEPS_PER_BAR }: Row): Uint8Array =>
  second === undefined ? melodyMidi(events, qpm) : writeMidi(twoVoiceScore([events, second], { qpm, stepsPerBar }))

const pictureHtml = (svg: string, label: string): string =>
  `<img alt="${escapeText(label)}" style="display:block;max-width:100%" src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}">`

type Row = RollRow & { readonly qpm: number }

/** The part of a melody that sounds: of a long primer only the last bars, so that what follows it is heard as long. */
function rowOf({ events, primerSteps = 0, qpm = DEFAULT_QPM, ...rest }: PlayedMelody, seconds: number): Row {
  const steps = Math.floor((seconds * qpm * STEPS_PER_QUARTER) / 60)
  const { second, ...shown } = rest
  const left = events.length > primerSteps ? Math.max(0, primerSteps - Math.floor(steps / 2)) : 0
  const bar = rest.stepsPerBar ?? STEPS_PER_BAR
  const from = Math.ceil(left / bar) * bar
  const both = second === undefined ? {} : { second: second.slice(from, from + steps) }
  return {
    ...shown,
    ...both,
    qpm,
    primerSteps: Math.max(0, primerSteps - from),
    events: events.slice(from, from + steps),
  }
}
