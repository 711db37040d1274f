import { mulberry32 } from '../../../../src/support/random.ts'
import { normal } from './normal.ts'

/** A note to be sung, in steps. */
interface SungNote {
  readonly pitch: number
  readonly startStep: number
  readonly endStep: number
}

/** How a simulated singer sings: in half-tones, seconds and shares of the loudness. */
export const SINGER = {
  detune: 0.25,
  noteDeviation: 0.08,
  vibrato: 0.2,
  vibratoHertz: 5.5,
  glideSeconds: 0.05,
  attackSeconds: 0.03,
  /** What is left silent before the same pitch again, and before any other note. */
  gapSeconds: 0.06,
  breath: 0.004,
  overtones: [1, 0.5, 0.22, 0.12, 0.05],
} as const

/**
 * A melody as somebody hums it, a little beside the tuning, swaying and gliding, with breath; 5 ms of silence at its ends.
 * @param notes one after the other.
 */
export function singMelody(
  notes: readonly SungNote[],
  { stepSeconds, sampleRate, seed }: { stepSeconds: number; sampleRate: number; seed: number },
): Float32Array {
  const random = mulberry32(seed)
  const last = notes.at(-1)?.endStep ?? 0
  const sound = new Float32Array(Math.ceil((last * stepSeconds + 0.005) * sampleRate))
  for (let n = 0; n < sound.length; n++) sound[n] = SINGER.breath * normal(random)
  const detune = SINGER.detune * (2 * random.next() - 1)
  let before: number | null = null
  for (const [n, note] of notes.entries()) {
    const next = notes[n + 1]
    const gap = next?.startStep === note.endStep ? (next.pitch === note.pitch ? SINGER.gapSeconds : 0.012) : 0.03
    const pitch = note.pitch + detune + SINGER.noteDeviation * normal(random)
    const [start, end] = [note.startStep * stepSeconds, note.endStep * stepSeconds - gap]
    const from = notes[n - 1]?.endStep === note.startStep && before !== null ? before : pitch - 0.5
    sing(sound, { start, end, from, pitch, sampleRate })
    before = pitch
  }
  return sound
}

interface Tone {
  readonly start: number
  readonly end: number
  /** Pitch that the voice glides from. */
  readonly from: number
  readonly pitch: number
  readonly sampleRate: number
}

function sing(sound: Float32Array, { start, end, from, pitch, sampleRate }: Tone): void {
  let phase = 0
  const first = Math.round(start * sampleRate)
  for (let n = first; n < Math.min(sound.length, Math.round(end * sampleRate)); n++) {
    const time = n / sampleRate - start
    const glide = Math.min(1, time / SINGER.glideSeconds)
    const sway = time < 0.2 ? 0 : SINGER.vibrato * Math.sin(2 * Math.PI * SINGER.vibratoHertz * time)
    phase += (440 * 2 ** ((from + (pitch - from) * glide + sway - 69) / 12)) / sampleRate
    const envelope = Math.min(1, time / SINGER.attackSeconds, (end - start - time) / SINGER.attackSeconds)
    const wave = SINGER.overtones.reduce((sum, share, k) => sum + share * Math.sin(2 * Math.PI * (k + 1) * phase), 0)
    sound[n]! += 0.2 * Math.max(0, envelope) * wave
  }
}
