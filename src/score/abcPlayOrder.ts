import { counted } from '../support/text/counted.ts'
import { ABC_LIMITS, AbcConversionError } from './abcLimits.ts'
import type { AbcMusic } from './abcMusic.ts'

/** A piece of the written music that is played in one go. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** All that is said at one place of the written music, by whichever voice. */
interface Place {
  readonly time: number
  /** How often `:|` sends back. */
  repeats: number
  startsRepeat: boolean
  /** The passes of an ending that begins here; `null` where none does. */
  ending: ReadonlySet<number> | null
  /** A bar at which an ending is over. */
  endsEnding: boolean
  part: string | null
  segno: boolean
  coda: boolean
  fine: boolean
  toCoda: boolean
  /** `D.C.` and `D.S.` with what they add. */
  jump: 'capo' | 'segno' | null
}

/** The labels of the parts in the order in which they are played; empty when none is given. */
export function partSequence(order: string): string[] {
  const stack: number[] = []
  let result: string[] = []
  let last = 0
  for (const [token] of order.matchAll(/[A-Za-z]|\d+|[()]/g)) {
    if (token === '(') stack.push(result.length)
    else if (token === ')') last = stack.pop() ?? 0
    else if (/\d/.test(token)) {
      const times = Number(token)
      const repeated = result.slice(last)
      checkJumps(result.length + repeated.length * times)
      result = [...result.slice(0, last), ...Array.from({ length: times }, () => repeated).flat()]
    } else {
      last = result.length
      result.push(token)
    }
  }
  return result
}

function checkJumps(count: number): void {
  if (count > ABC_LIMITS.jumps)
    throw new AbcConversionError(`limit-repeats: more than ${counted(ABC_LIMITS.jumps, 'repeat')} and jumps`)
}

/**
 * The written music as it is played: repeats with their endings, parts in the order of the head, and D.C. and D.S. with
 * fine and coda. A repeat without start goes back to where the last one ended, or to a double bar since. After a D.C. or D.S. repeats are not
 * played again, and of the endings only the last is. Stretches are in order of play.
 * @throws AbcConversionError past a bound (`limit-repeats`)
 */
export function abcPlayOrder(music: AbcMusic, partOrder: string): Stretch[] {
  const places = placesOf(music)
  const order = partSequence(partOrder)
  const parts = places.filter(({ part }) => part !== null)
  if (order.length === 0 || parts.length === 0) return new Walk(places, { from: 0, to: music.end }).stretches()
  const bounds = [...parts.map(({ time }) => time), music.end]
  const played: Stretch[] = []
  const first = bounds[0] as number
  if (first > 0) played.push(...new Walk(places, { from: 0, to: first }).stretches())
  for (const label of order) {
    const n = parts.findIndex(({ part }) => part === label)
    if (n < 0) continue
    const range = { from: bounds[n] as number, to: bounds[n + 1] as number }
    played.push(...new Walk(places, range).stretches())
    checkJumps(played.length)
  }
  return played
}

function placesOf({ bars, parts, marks }: AbcMusic): Place[] {
  const byTime = new Map<number, Place>()
  const at = (time: number): Place => {
    const key = Math.round(time * 1000) // voices with tuplets may differ by a rounding
    const found = byTime.get(key)
    if (found !== undefined) return found
    const place: Place = {
      ...{ time, repeats: 0, startsRepeat: false, ending: null, endsEnding: false, part: null },
      ...{ segno: false, coda: false, fine: false, toCoda: false, jump: null },
    }
    byTime.set(key, place)
    return place
  }
  for (const [time, sign, numbers] of bars) noteBar(at(time), sign, numbers)
  for (const [time, label] of parts) at(time).part ??= label
  for (const [from, to, name] of marks) noteMark(at, from, to, name)
  return [...byTime.values()].sort((a, b) => a.time - b.time)
}

function noteBar(place: Place, sign: string, numbers: string): void {
  const colons = /^:+$/.test(sign)
  const before = colons ? Math.ceil(sign.length / 2) : (/^:*/.exec(sign) as RegExpExecArray)[0].length
  const after = colons ? before : (/:*$/.exec(sign) as RegExpExecArray)[0].length
  place.repeats = Math.max(place.repeats, before)
  if (after > 0) place.startsRepeat = true
  if (before > 0 || after > 0 || /\|\||\|\]|\[\|/.test(sign)) place.endsEnding = true
  if (numbers !== '') place.ending ??= passes(numbers)
}

/** @example passes('1,3-4') // 1, 3, 4 */
function passes(numbers: string): Set<number> {
  const found = new Set<number>()
  for (const [, from, to = from] of numbers.matchAll(/(\d+)(?:-(\d+))?/g)) {
    for (let pass = Number(from); pass <= Number(to); pass++) found.add(pass)
  }
  return found
}

/** What sends on stands behind its note, what is gone to before it. */
function noteMark(at: (time: number) => Place, from: number, to: number, name: string): void {
  if (name === 'segno') at(from).segno = true
  else if (name === 'coda') at(from).coda = true
  else if (name === 'fine') at(to).fine = true
  else if (name === 'dacoda') at(to).toCoda = true
  else if (name.startsWith('D.C.')) at(to).jump = 'capo'
  else if (name.startsWith('D.S.')) at(to).jump = 'segno'
}

/** One way through a part of the music, or all of it. */
class Walk {
  private readonly played: { from: number; to: number }[] = []
  /** True when what is played next does not follow what was played last. */
  private jumpedHere = false
  private readonly places: readonly Place[]
  private readonly range: Stretch
  private position: number
  private sectionStart: number
  /** False where a section begins only because the one before is over. */
  private startIsSaid = true
  private pass = 1
  /** True between an ending that is played and where it is over. */
  private inEnding = false
  private jumped = false
  private steps = 0

  constructor(places: readonly Place[], range: Stretch) {
    this.range = range
    this.places = places.filter(({ time }) => time >= range.from && time <= range.to)
    this.position = range.from
    this.sectionStart = range.from
  }

  stretches(): Stretch[] {
    // At the first place of a part nothing is over yet.
    let n = this.places[0]?.time === this.range.from ? this.arrive(0, true) : 0
    while (n >= 0 && n < this.places.length) {
      checkJumps(++this.steps / 100)
      n = this.arrive(n, false)
    }
    if (n >= 0) this.playTo(this.range.to)
    return this.played
  }

  private playTo(time: number): void {
    const last = this.played.at(-1)
    if (last !== undefined && last.to === this.position && !this.jumpedHere) last.to = time
    else if (time > this.position) this.played.push({ from: this.position, to: time })
    this.jumpedHere = false
    this.position = time
    checkJumps(this.played.length)
  }

  /** Goes on at a place that is not the next; the place itself is not looked at again. */
  private goTo(time: number): number {
    this.position = time
    this.jumpedHere = true
    const n = this.places.findIndex((place) => place.time > time)
    return n < 0 ? this.places.length : n
  }

  /** Does what a place says, having played up to it; returns the next place, or -1 when the music is over. */
  private arrive(n: number, atStart: boolean): number {
    const place = this.places[n] as Place
    if (!atStart && place.time > this.position) this.playTo(place.time)
    const wasInEnding = this.inEnding
    if (!atStart) {
      if (place.fine && this.jumped) return -1
      const coda = this.codaFrom(place)
      if (coda !== null) return this.goTo(coda)
      if (this.sendsBack(place, wasInEnding)) return this.again()
      if (place.endsEnding || place.repeats > 0) this.endSection(place, wasInEnding)
      if (place.jump !== null && !this.jumped) return this.jump(place.jump)
    }
    if (place.startsRepeat || place.part !== null) this.startSection(place.time, true)
    return place.ending === null ? n + 1 : this.enterEnding(n)
  }

  private startSection(time: number, isSaid = false): void {
    this.sectionStart = time
    this.startIsSaid = isSaid
    this.pass = 1
    this.inEnding = false
  }

  private endSection(place: Place, wasInEnding: boolean): void {
    // Behind an earlier repeat a double bar begins a section as well, as in abc2midi; not where an ending begins (`||1`).
    if (!wasInEnding && !this.startIsSaid && place.ending === null) return this.startSection(place.time)
    const isLast = (): boolean => this.jumped || this.pass >= (this.lastPass(this.sectionStart) ?? 1)
    if (place.repeats > 0 || (wasInEnding && isLast())) this.startSection(place.time)
  }

  private sendsBack({ repeats, ending }: Place, wasInEnding: boolean): boolean {
    if (this.jumped) return false
    // A first ending that runs into the second without `:|` means one.
    const implied = wasInEnding && ending !== null && !ending.has(this.pass) && ending.has(this.pass + 1)
    if (repeats === 0) return implied
    const times = Math.max(repeats + 1, this.lastPass(this.sectionStart) ?? 1)
    return this.pass < times
  }

  private again(): number {
    this.pass++
    this.inEnding = false
    const n = this.goTo(this.sectionStart)
    const start = this.places.find(({ time }) => time === this.sectionStart)
    return start?.ending ? this.enterEnding(this.places.indexOf(start)) : n
  }

  /** The endings from a place on that belong to one section. */
  private endingsFrom(time: number): Place[] {
    const endings: Place[] = []
    for (const place of this.places) {
      if (place.time < time) continue
      if (endings.length > 0 && place.ending?.has(1)) break
      if (place.ending !== null) endings.push(place)
      const ends = place.startsRepeat || place.part !== null || (place.repeats > 0 && endings.length === 0)
      if (place.time > time && ends) break
    }
    return endings
  }

  /** The number of the last ending of the section that begins at a time; `null` when it has none. */
  private lastPass(time: number): number | null {
    const numbers = this.endingsFrom(time).flatMap(({ ending }) => [...(ending as ReadonlySet<number>)])
    return numbers.length === 0 ? null : Math.max(...numbers)
  }

  private enterEnding(n: number): number {
    const place = this.places[n] as Place
    const ending = place.ending as ReadonlySet<number>
    const others = this.endingsFrom(place.time)
    const pass = this.jumped ? (this.lastPass(this.sectionStart) ?? this.pass) : this.pass
    if (ending.has(pass)) {
      this.inEnding = true
      return n + 1
    }
    const mine = others.find(({ ending: each }) => each?.has(pass))
    if (mine !== undefined) {
      this.inEnding = true
      return this.goTo(mine.time)
    }
    return this.afterEndings(others)
  }

  /** Behind the last of the endings, if none of them is played. */
  private afterEndings(endings: readonly Place[]): number {
    const last = endings.at(-1) as Place
    const end = this.places.find(({ time, endsEnding }) => time > last.time && endsEnding)
    const time = end?.time ?? this.range.to
    const n = this.goTo(time)
    this.startSection(time)
    if (end?.ending) return this.enterEnding(this.places.indexOf(end))
    return n
  }

  private jump(kind: 'capo' | 'segno'): number {
    this.jumped = true
    const segno = this.places.find((place) => place.segno)
    const time = kind === 'segno' ? (segno?.time ?? this.range.from) : this.range.from
    this.startSection(time)
    const n = this.goTo(time)
    const start = this.places.find((place) => place.time === time)
    return start?.ending ? this.enterEnding(this.places.indexOf(start)) : n
  }

  /** Where the coda begins, when this is the place to go there: after a jump, at `dacoda` or the first of two codas. */
  private codaFrom(place: Place): number | null {
    if (!this.jumped) return null
    const codas = this.places.filter(({ coda }) => coda)
    const last = codas.at(-1)
    if (last === undefined || last.time <= place.time) return null
    return place.toCoda || (place.coda && codas.length > 1) ? last.time : null
  }
}
