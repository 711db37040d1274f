import { MidiConversionError } from './midiConversionError.ts'
import { MIDI_LIMITS } from './midiLimits.ts'
import type { IgnoredChanges } from './noteSequence.ts'
import { lastAtOrBelow } from './tempoMap.ts'

/** What a MIDI file says that a score needs, in ticks, before any tempo is applied. */
export interface MidiScan {
  readonly ticksPerQuarter: number
  /** Microseconds a quarter note, in order of tick; track 0 only, as are the signatures. */
  readonly tempos: readonly { readonly tick: number; readonly microseconds: number }[]
  readonly timeSignatures: readonly {
    readonly tick: number
    readonly numerator: number
    readonly denominator: number
  }[]
  /** `sharps` is negative for flats. */
  readonly keySignatures: readonly { readonly tick: number; readonly sharps: number; readonly minor: boolean }[]
  /** One for each (program, channel, track), in the order of their first closed notes. */
  readonly instruments: readonly { readonly program: number; readonly channel: number }[]
  readonly notes: ClosedNotes
  /** Tempos and metres on other tracks that differ from what track 0 says at their tick. */
  readonly ignored: IgnoredChanges
}

/** Closed notes as columns: note `order[i]` was the i-th to be closed. */
export interface ClosedNotes {
  readonly count: number
  readonly order: Int32Array
  readonly instrument: Int32Array
  readonly pitch: Uint8Array
  readonly velocity: Uint8Array
  readonly startTick: Int32Array
  readonly endTick: Int32Array
}

/**
 * Reads the events of a MIDI file in one pass into typed arrays, with no object per event. Every byte is checked as
 * mido 1.3.3 checks it, and notes are paired as pretty_midi 0.2.11 pairs them.
 * @throws MidiConversionError
 */
export function scanMidi(bytes: Uint8Array): MidiScan {
  if (bytes.length > MIDI_LIMITS.fileBytes) {
    throw new MidiConversionError(`limit-bytes: ${bytes.length} bytes, more than ${MIDI_LIMITS.fileBytes}`)
  }
  return new MidiScanner(bytes).scan()
}

/** The number of data bytes of a channel message, by the upper half of its status (8 to 14). */
const CHANNEL_DATA_BYTES = [0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 1, 1, 2]
/** The number of data bytes of a system message; -1 has none because no such message is defined. f0, f7 and ff are apart. */
const SYSTEM_DATA_BYTES = [0, 1, 2, 1, -1, -1, 0, 0, 0, -1, 0, 0, 0, -1, 0, 0]
/** The least number of bytes that a meta event of each type must hold. Text and unknown ones may be empty. */
const META_LEAST_BYTES = new Map([
  [0x20, 1],
  [0x51, 3],
  [0x54, 5],
  [0x58, 4],
  [0x59, 2],
])
const KNOWN_META = new Set([0, 1, 2, 3, 4, 5, 6, 7, 9, 0x20, 0x21, 0x2f, 0x51, 0x54, 0x58, 0x59, 0x7f])
/** Frames, minutes and so on of an SMPTE offset: the most each byte may say. */
const SMPTE_OFFSET_MOST = [0x7f, 59, 59, 255, 99]
const NOBODY = -1
const KEYS = 16 * 128
// Tables by channel and pitch, or channel and program. Every track starts by clearing them, so one set serves all scans.
const FIRST_OPEN = new Int32Array(KEYS)
const LAST_OPEN = new Int32Array(KEYS)
const INSTRUMENT_OF = new Int32Array(KEYS)

interface Timed {
  readonly tick: number
}

/** What holds until track 0 says something: 120 per minute, 4/4. */
const DEFAULT_TEMPO = { tick: 0, microseconds: 500_000 }
const DEFAULT_METRE = { tick: 0, numerator: 4, denominator: 4 }
type TempoEvent = MidiScan['tempos'][number]
type MetreEvent = MidiScan['timeSignatures'][number]
const isSameTempo = (a: TempoEvent, b: TempoEvent = DEFAULT_TEMPO): boolean => a.microseconds === b.microseconds
const isSameMetre = (a: MetreEvent, b: MetreEvent = DEFAULT_METRE): boolean =>
  a.numerator === b.numerator && a.denominator === b.denominator

/** How many of `others` differ from what `own`, in order of tick, says at their tick. */
function countDiffering<T extends Timed>(
  others: readonly T[],
  own: readonly T[],
  isSame: (a: T, b: T | undefined) => boolean,
): number {
  const holding = (tick: number): T | undefined => {
    const last = own.length === 0 ? undefined : lastAtOrBelow(own, tick, (each) => each.tick)
    return last !== undefined && last.tick <= tick ? last : undefined
  }
  return others.filter((other) => !isSame(other, holding(other.tick))).length
}

class MidiScanner {
  private readonly bytes: Uint8Array
  private position = 0
  private events = 0
  private track = 0
  private tick = 0

  private readonly tempos: { tick: number; microseconds: number }[] = []
  private readonly timeSignatures: { tick: number; numerator: number; denominator: number }[] = []
  private readonly keySignatures: { tick: number; sharps: number; minor: boolean }[] = []
  /** What other tracks say of tempo and metre. */
  private readonly otherTempos: MidiScan['tempos'][number][] = []
  private readonly otherMetres: MidiScan['timeSignatures'][number][] = []
  private readonly instruments: { program: number; channel: number }[] = []

  /** Every note-on gets the next index of these columns; `order` lists those that were closed. */
  private started = 0
  private closed = 0
  private readonly capacity: number
  private readonly order: Int32Array
  private readonly instrument: Int32Array
  private readonly pitch: Uint8Array
  private readonly velocity: Uint8Array
  private readonly startTick: Int32Array
  private readonly endTick: Int32Array

  /** Open notes of one channel and pitch are a chain from the first to the last; chains are of one track. */
  private readonly nextOpen: Int32Array
  private readonly firstOpen = FIRST_OPEN
  private readonly lastOpen = LAST_OPEN
  private readonly program = new Uint8Array(16)
  /** Index into `instruments` by channel and program, for the track being read. */
  private readonly instrumentOf = INSTRUMENT_OF

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    // A note-on has two bytes and a delta of at least one, so no file starts more notes than this.
    this.capacity = Math.min(MIDI_LIMITS.notes, Math.ceil(bytes.length / 3))
    this.order = new Int32Array(this.capacity)
    this.instrument = new Int32Array(this.capacity)
    this.pitch = new Uint8Array(this.capacity)
    this.velocity = new Uint8Array(this.capacity)
    this.startTick = new Int32Array(this.capacity)
    this.endTick = new Int32Array(this.capacity)
    this.nextOpen = new Int32Array(this.capacity)
  }

  scan(): MidiScan {
    const { trackCount, ticksPerQuarter } = this.header()
    for (this.track = 0; this.track < trackCount; this.track++) this.scanTrack()
    const { order, instrument, pitch, velocity, startTick, endTick } = this
    return {
      ticksPerQuarter,
      tempos: this.tempos,
      timeSignatures: this.timeSignatures,
      keySignatures: this.keySignatures,
      instruments: this.instruments,
      ignored: {
        tempos: countDiffering(this.otherTempos, this.tempos, isSameTempo),
        timeSignatures: countDiffering(this.otherMetres, this.timeSignatures, isSameMetre),
      },
      notes: { count: this.closed, order, instrument, pitch, velocity, startTick, endTick },
    }
  }

  private fail(what: string): never {
    throw new MidiConversionError(`${what} (byte ${this.position})`)
  }

  private limit(name: string, what: string, most: number): never {
    throw new MidiConversionError(`limit-${name}: more than ${most} ${what}`)
  }

  private byte(): number {
    if (this.position >= this.bytes.length) this.fail('truncated: the file ends inside an event')
    return this.bytes[this.position++] as number
  }

  private dataByte(): number {
    const value = this.byte()
    if (value > 127) this.fail(`data byte ${value} is above 127`)
    return value
  }

  /** A variable-length quantity of any length; one too long for a double becomes Infinity and fails a bound later. */
  private variableLength(): number {
    let byte = this.byte()
    let value = byte & 0x7f
    while (byte > 127) {
      byte = this.byte()
      value = value * 128 + (byte & 0x7f)
    }
    return value
  }

  private uint16(at: number): number {
    return ((this.bytes[at] as number) << 8) | (this.bytes[at + 1] as number)
  }

  private chunk(): { name: string; size: number } {
    const { bytes, position } = this
    if (position + 8 > bytes.length) this.fail('truncated: no room for a chunk header')
    this.position += 8
    const name = String.fromCharCode(...bytes.subarray(position, position + 4))
    return { name, size: this.uint16(position + 4) * 65536 + this.uint16(position + 6) }
  }

  private header(): { trackCount: number; ticksPerQuarter: number } {
    if (this.bytes.length === 0) this.fail('empty file')
    const { name, size } = this.chunk()
    if (name !== 'MThd') this.fail(`no MIDI file: it begins with ${JSON.stringify(name)} instead of "MThd"`)
    const start = this.position
    if (size < 6 || start + 6 > this.bytes.length) this.fail('truncated: the header chunk is shorter than 6 bytes')
    const trackCount = this.uint16(start + 2)
    const ticksPerQuarter = this.uint16(start + 4)
    if (trackCount === 0 || trackCount > 0x7fff) this.fail(`the header says ${trackCount} tracks (1-32767)`)
    if (ticksPerQuarter === 0) this.fail('the division is 0 ticks per quarter note')
    if (ticksPerQuarter > 0x7fff) this.fail('SMPTE division: its ticks are not part of a quarter note')
    this.position = start + size
    return { trackCount, ticksPerQuarter }
  }

  private scanTrack(): void {
    const { name, size } = this.chunk()
    if (name !== 'MTrk') this.fail(`chunk ${JSON.stringify(name)} where track ${this.track} should begin`)
    if (size === 0) this.fail(`track ${this.track} is empty`)
    const end = this.position + size
    if (end > this.bytes.length) this.fail(`truncated: track ${this.track} is longer than the file`)
    this.tick = 0
    this.program.fill(0)
    this.firstOpen.fill(NOBODY)
    this.instrumentOf.fill(NOBODY)
    // An end-of-track event does not end it, nor is one needed: only the chunk's length counts.
    this.scanEvents(end)
  }

  private scanEvents(end: number): void {
    let runningStatus = 0
    while (this.position < end) {
      if (++this.events > MIDI_LIMITS.events) this.limit('events', 'events', MIDI_LIMITS.events)
      const delta = this.variableLength()
      let status = this.byte()
      let isRunning = false
      if (status < 0x80) {
        if (runningStatus === 0) this.fail('running status without a status')
        isRunning = true
        status = runningStatus
      } else if (status !== 0xff) runningStatus = status
      if (status === 0xff) this.metaEvent(delta)
      else {
        this.advance(delta)
        // The byte that was taken for a status is the first data byte.
        if (isRunning && status !== 0xf0 && status !== 0xf7) this.position--
        if (status < 0xf0) this.channelMessage(status)
        else this.systemMessage(status, isRunning)
      }
    }
    if (this.position !== end) this.fail(`an event runs past the end of track ${this.track}`)
  }

  private advance(delta: number): void {
    this.tick += delta
    if (this.tick + 1 > MIDI_LIMITS.ticks) {
      this.fail(`the largest tick is ${this.tick}, at least ${MIDI_LIMITS.ticks}: likely corrupt`)
    }
  }

  private channelMessage(status: number): void {
    const kind = status >> 4
    const channel = status & 15
    const first = this.dataByte()
    const second = CHANNEL_DATA_BYTES[kind] === 2 ? this.dataByte() : 0
    if (kind === 9 && second > 0) this.openNote(channel, first, second)
    else if (kind === 8 || kind === 9) this.closeNotes(channel, first)
    else if (kind === 12) this.program[channel] = first
  }

  private systemMessage(status: number, isRunning: boolean): void {
    if (status === 0xf0 || status === 0xf7) return this.systemExclusive()
    const count = SYSTEM_DATA_BYTES[status & 15] as number
    if (count < 0) this.fail(`undefined status ${status.toString(16)}`)
    if (isRunning && count === 0) this.fail(`running status ${status.toString(16)}, which takes no data byte`)
    for (let i = 0; i < count; i++) this.dataByte()
  }

  /** Reads the length of a meta or sysex event and sees to it that the bytes are there. */
  private messageLength(): number {
    const length = this.variableLength()
    if (length > MIDI_LIMITS.messageBytes) {
      this.fail(`a message of ${length} bytes, more than ${MIDI_LIMITS.messageBytes}`)
    }
    if (this.position + length > this.bytes.length) this.fail(`truncated: a message of ${length} bytes`)
    return length
  }

  private systemExclusive(): void {
    const length = this.messageLength()
    const end = this.position + length
    if (length > 0 && this.bytes[this.position] === 0xf0) this.position++
    const last = end > this.position && this.bytes[end - 1] === 0xf7 ? end - 1 : end
    while (this.position < last) this.dataByte()
    this.position = end
  }

  private metaEvent(delta: number): void {
    const type = this.byte()
    const length = this.messageLength()
    // mido forgets the delta of a meta event it does not know, and so every reader built upon it plays on without it.
    if (KNOWN_META.has(type)) this.advance(delta)
    const least = META_LEAST_BYTES.get(type) ?? 0
    if (length < least || (type === 0 && length === 1)) {
      this.fail(`a meta event ${type.toString(16)} of only ${length} bytes`)
    }
    if (type === 0x51) this.tempoEvent()
    else if (type === 0x54) this.smpteOffset()
    else if (type === 0x58) this.timeSignature()
    else if (type === 0x59) this.keySignature()
    this.position += length
  }

  /** True for the events of track 0, which alone set tempo, metre and key. */
  private isConductor(): boolean {
    if (this.track > 0) return false
    const changes = this.tempos.length + this.timeSignatures.length + this.keySignatures.length
    if (changes >= MIDI_LIMITS.timeChanges) this.limit('time-changes', 'tempos and signatures', MIDI_LIMITS.timeChanges)
    return true
  }

  private tempoEvent(): void {
    const microseconds = ((this.bytes[this.position] as number) << 16) | this.uint16(this.position + 1)
    if (!this.isConductor()) {
      if (this.otherTempos.length < MIDI_LIMITS.timeChanges) this.otherTempos.push({ tick: this.tick, microseconds })
      return
    }
    if (microseconds === 0) this.fail('a tempo of 0 microseconds a quarter note')
    this.tempos.push({ tick: this.tick, microseconds })
  }

  private smpteOffset(): void {
    SMPTE_OFFSET_MOST.forEach((most, i) => {
      const value = this.bytes[this.position + i] as number
      if (value > most) this.fail(`byte ${i} of an SMPTE offset is ${value} (0-${most})`)
    })
  }

  private timeSignature(): void {
    const numerator = this.bytes[this.position] as number
    const exponent = this.bytes[this.position + 1] as number
    // mido recognises a power of two by its logarithm, and a double misses some of the large ones.
    if (Math.log(2 ** exponent) / Math.log(2) !== exponent) this.fail(`a metre of ${numerator}/2^${exponent}`)
    if (!this.isConductor()) {
      const metre = { tick: this.tick, numerator, denominator: 2 ** exponent }
      if (this.otherMetres.length < MIDI_LIMITS.timeChanges) this.otherMetres.push(metre)
      return
    }
    if (numerator === 0 || exponent > 30) this.fail(`a metre of ${numerator}/2^${exponent}`)
    this.timeSignatures.push({ tick: this.tick, numerator, denominator: 2 ** exponent })
  }

  private keySignature(): void {
    const sharps = ((this.bytes[this.position] as number) << 24) >> 24
    const mode = this.bytes[this.position + 1] as number
    if (Math.abs(sharps) > 7) this.fail(`a key of ${Math.abs(sharps)} ${sharps < 0 ? 'flats' : 'sharps'} (0-7)`)
    if (mode > 1) this.fail(`a key of mode ${mode} (0 major, 1 minor)`)
    if (this.isConductor()) this.keySignatures.push({ tick: this.tick, sharps, minor: mode === 1 })
  }

  private openNote(channel: number, pitch: number, velocity: number): void {
    const note = this.started++
    if (note >= this.capacity) this.limit('notes', 'notes', MIDI_LIMITS.notes)
    const key = (channel << 7) | pitch
    this.pitch[note] = pitch
    this.velocity[note] = velocity
    this.startTick[note] = this.tick
    this.nextOpen[note] = NOBODY
    if (this.firstOpen[key] === NOBODY) this.firstOpen[key] = note
    else this.nextOpen[this.lastOpen[key] as number] = note
    this.lastOpen[key] = note
  }

  /**
   * Closes every open note of the channel and pitch that began on an earlier tick. Those of this very tick stay open
   * if an earlier one was closed (it was a repeated note), and vanish if not (they have no length).
   */
  private closeNotes(channel: number, pitch: number): void {
    const key = (channel << 7) | pitch
    let note = this.firstOpen[key] as number
    let closedAny = false
    while (note !== NOBODY && (this.startTick[note] as number) < this.tick) {
      this.closeNote(note, channel)
      closedAny = true
      note = this.nextOpen[note] as number
    }
    this.firstOpen[key] = closedAny ? note : NOBODY
  }

  private closeNote(note: number, channel: number): void {
    const program = this.program[channel] as number
    const key = (channel << 7) | program
    if (this.instrumentOf[key] === NOBODY) {
      this.instrumentOf[key] = this.instruments.length
      this.instruments.push({ program, channel })
    }
    this.instrument[note] = this.instrumentOf[key] as number
    this.endTick[note] = this.tick
    this.order[this.closed++] = note
  }
}
