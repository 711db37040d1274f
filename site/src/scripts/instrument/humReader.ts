/** What a short stretch of singing sounds like; seconds of its middle. */
export interface SungFrame {
  readonly seconds: number
  readonly hertz: number
  /** 0 to 1: how sure the pitch is. */
  readonly clarity: number
  /** Root mean square, 1 = full scale. */
  readonly level: number
}

/** What a voice does, in the audio clock's seconds, as a key would. */
export type SungChange =
  | { readonly kind: 'strike'; readonly pitch: number; readonly velocity: number; readonly seconds: number }
  | { readonly kind: 'release'; readonly pitch: number; readonly seconds: number }

/** Voices that are listened to, from a low C to a high one: the metronome's clicks lie above. */
const [LEAST_HERTZ, MOST_HERTZ] = [62, 1060]
const LEAST_CLARITY = 0.8
/** Softer than this, and this much softer than the note was at its loudest, is silence. */
const LEAST_LEVEL = 0.004
const SILENT_SHARE = 0.18
/** Another pitch counts once it was held for so long; a glide or an ornament passes. */
const HELD_SECONDS = 0.055
const SILENT_SECONDS = 0.035
/** A sung note may sway by this many half-tones. */
const SWAY = 0.65
/** The same pitch again is another note where the voice sank to this share of its loudness between. */
const DIP_SHARE = 0.5
/** A pitch is heard so long behind its beginning: the voice glides to it, and a frame has a length. */
const HEARD_LATE_SECONDS = 0.02
/** Notes that tell how far from a piano's tuning somebody sings. */
const TUNING_NOTES = 16

interface Sung {
  readonly pitch: number
  readonly since: number
}

/**
 * Notes of a voice, frame by frame: a pitch held for a moment is a note, from where it began; how far beside a piano's tuning the
 * person sings is learnt from the notes before.
 */
export class HumReader {
  private sounding: (Sung & { loudest: number; softest: number; readonly fractions: number[] }) | null = null
  private candidate: (Sung & { loudest: number; readonly fractions: number[] }) | null = null
  private quietSince: number | null = null
  /** Since when the voice rises again after a dip. */
  private rising: number | null = null
  private tunings: number[] = []

  /** What the frame tells, oldest first. Frames come in order, some ten milliseconds apart. */
  take(frame: SungFrame): SungChange[] {
    const { hertz, clarity, level, seconds } = frame
    const isLoud = level >= Math.max(LEAST_LEVEL, SILENT_SHARE * (this.sounding?.loudest ?? 0))
    const isSung = isLoud && clarity >= LEAST_CLARITY && hertz >= LEAST_HERTZ && hertz <= MOST_HERTZ
    if (!isSung) return this.takeSilence(seconds)
    this.quietSince = null
    return this.takePitch(69 + 12 * Math.log2(hertz / 440), level, seconds)
  }

  /** The voice is heard no more: its note ends. */
  stop(seconds: number): SungChange[] {
    this.candidate = null
    return this.end(seconds)
  }

  private takeSilence(seconds: number): SungChange[] {
    this.candidate = null
    if (this.sounding === null) return []
    this.quietSince ??= seconds
    return seconds - this.quietSince >= SILENT_SECONDS ? this.end(this.quietSince) : []
  }

  private takePitch(exact: number, level: number, seconds: number): SungChange[] {
    const { sounding } = this
    const tuned = exact - this.tuning
    if (sounding !== null && Math.abs(tuned - sounding.pitch) < SWAY) {
      this.candidate = null
      sounding.fractions.push(exact - sounding.pitch)
      return this.takeLevel(sounding, level, seconds)
    }
    const pitch = Math.round(tuned)
    if (this.candidate === null || Math.abs(tuned - this.candidate.pitch) >= SWAY)
      this.candidate = { pitch, since: seconds - HEARD_LATE_SECONDS, loudest: level, fractions: [] }
    this.rising = null
    this.candidate.loudest = Math.max(this.candidate.loudest, level)
    this.candidate.fractions.push(exact - this.candidate.pitch)
    if (seconds - this.candidate.since < HELD_SECONDS + HEARD_LATE_SECONDS) return []
    return this.begin(this.candidate)
  }

  /** The note sounds further; or the voice sank and rises again for a moment: another note of the same pitch. */
  private takeLevel(sounding: NonNullable<HumReader['sounding']>, level: number, seconds: number): SungChange[] {
    sounding.softest = Math.min(sounding.softest, level)
    const hasDipped =
      sounding.softest < DIP_SHARE * sounding.loudest && level > (sounding.softest + sounding.loudest) / 2
    if (hasDipped) this.rising ??= seconds
    else if (level > sounding.loudest) Object.assign(sounding, { loudest: level, softest: level })
    if (this.rising === null || seconds - this.rising < HELD_SECONDS) return []
    return this.begin({ ...sounding, since: this.rising, loudest: level, fractions: [] })
  }

  private begin(next: NonNullable<HumReader['candidate']>): SungChange[] {
    const ended = this.end(next.since)
    this.candidate = null
    this.sounding = { ...next, softest: next.loudest }
    return [...ended, { kind: 'strike', pitch: next.pitch, velocity: velocityOf(next.loudest), seconds: next.since }]
  }

  private end(seconds: number): SungChange[] {
    const { sounding } = this
    this.sounding = null
    this.quietSince = null
    this.rising = null
    if (sounding === null) return []
    this.tunings = [...this.tunings, ...sounding.fractions.slice(-1 - sounding.fractions.length / 2, -2)].slice(
      -10 * TUNING_NOTES,
    )
    return [{ kind: 'release', pitch: sounding.pitch, seconds }]
  }

  /** Half-tones beside a piano's tuning, between -1/2 and 1/2: the mean direction of what was sung. */
  private get tuning(): number {
    if (this.tunings.length === 0) return 0
    const angles = this.tunings.map((fraction) => 2 * Math.PI * fraction)
    const sum = (of: (angle: number) => number): number => angles.reduce((total, angle) => total + of(angle), 0)
    return Math.atan2(sum(Math.sin), sum(Math.cos)) / (2 * Math.PI)
  }
}

/** From a whisper, -48 dBFS, to full scale. */
function velocityOf(level: number): number {
  const decibels = 20 * Math.log10(level)
  return Math.round(Math.min(112, Math.max(45, 112 + 1.6 * (decibels + 8))))
}
