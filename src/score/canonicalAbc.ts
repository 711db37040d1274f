import { counted } from '../support/text/counted.ts'
import { ABC_LIMITS, AbcConversionError } from './abcLimits.ts'
import { expandMacros, parseMacro, type AbcMacro } from './abcMacros.ts'
import { abcMode } from './splitTunebook.ts'

/** A tune in the small part of the notation that says what sounds; nothing else of its text is left. */
export interface CanonicalAbc {
  /** `X:1`, the fields M, L, Q, K, V and P, and music: notes, rests, chords, ties, tuplets, bars. */
  readonly abc: string
  /** The order of its parts as the head says it, such as `A(BC)2`; empty when it says none. */
  readonly partOrder: string
  /** How the voices sound, by the names that `abc` gives them. */
  readonly voices: ReadonlyMap<string, AbcVoice>
}

/** A voice of a canonical tune. */
export interface AbcVoice {
  readonly program: number
  readonly isDrum: boolean
}

/** Decorations that say where to jump, by their names without dots, spaces and capitals; all others are left out. */
const NAVIGATION: ReadonlyMap<string, string> = new Map([
  ...['segno', 'coda', 'fine', 'dacoda'].map((name) => [name, name] as const),
  ...['D.C.', 'D.S.', 'D.C.alfine', 'D.S.alfine', 'D.C.alcoda', 'D.S.alcoda'].map(
    (name) => [plainName(name), name] as const,
  ),
  ['dacapo', 'D.C.'],
  ['dalsegno', 'D.S.'],
])

/**
 * Rewrites a tune with nothing in it but what sounds. ABC is what strangers wrote, and the parser that reads it next
 * knows directives that run programs, include files and draw: none passes, because a line or sign gets through only
 * when it is known. Grace notes, decorations, slurs, chord symbols, words and text sound no note of the melody and are
 * left out; macros, old ways to write chords, tempos and decorations become the modern ones.
 * @throws AbcConversionError for a tune without `K:`, or past a bound (`limit-…`)
 * @example canonicalAbc('X:7\nT:Air\nK:G % key\n{a}"G"G2|').abc // 'X:1\nK:G\nG2|\n'
 */
export function canonicalAbc(tune: string): CanonicalAbc {
  return new Canonizer().tune(tune)
}

/** How a voice is to be named and played, while the tune is read. */
interface VoiceState {
  readonly name: string
  program: number
  isDrum: boolean
  metre: Metre | null
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s.]/g, '')
}

interface Metre {
  readonly top: number
  readonly bottom: number
}

const LENGTH = /\d*\/*\d*/y
const TUPLET = /\((\d+)(?::(\d*))?(?::(\d*))?/y
const NOTE = /(=|__?|\^\^?|[_^](?=[\d/]))?((?<=[_^])\d*\/?\d*)?([A-Ga-g])([,']*)(\d*\/*\d*)/y
const BAR = /\[\|\]|\[[|\]:]+|[|:][|:\]]*(?:\[(?=[\d"]))?|\](?=[|\]:])/y
const ENDING = /\d[\d,.-]*/y
const FIELD_LINE = /^[A-Za-z+]:/
/** A line of music that only looks like a field: `G:|`. */
const MUSIC_LINE = /^[A-Ga-g]:[|:]/

class Canonizer {
  private readonly lines: string[] = ['X:1']
  private readonly voices = new Map<string, VoiceState>()
  private readonly macros: AbcMacro[] = []
  /** Signs that `U:` gives a navigation mark. */
  private readonly userSigns = new Map<string, string>()
  private partOrder = ''
  private inBody = false
  private musicBegun = false
  /** Names of the voices with music: the parser gives up where the first has none. */
  private readonly sounding = new Set<string>()
  private current = '1'
  private headerMetre: Metre | null = null
  /** Which part of a whole note the unit length is, where `L:` says so. */
  private unitPart: number | null = null
  private headerTranspose = 0
  private headerDrum = false
  private headerProgram = 0
  private exclamationBreaks = false
  private overlays = 0
  /** Of the bar so far, by voice and letter. */
  private readonly accidentalsOf = new Map<string, Map<string, string>>()
  private octaveApart = false
  /** How long the last note is, in unit lengths, and the tuplets that are under way. */
  private lastLength = 0
  private written = 0
  private changes = 0
  private readonly tuplets: { left: number; readonly factor: number; readonly sign: string }[] = []
  /** A `>` or `<` that waits for its second note. */
  private broken: { readonly place: number; readonly shift: number; readonly isLonger: boolean } | null = null
  /** The music of the line being written. */
  private out = ''
  /** Whether the previous line ends within a bar that continues in this one. */
  private endsInBar = false

  tune(text: string): CanonicalAbc {
    if (text.trim() === '') throw new AbcConversionError('empty text')
    this.checkLength(text.length)
    const lines = text.split('\n')
    for (let n = 0; n < lines.length; n++) {
      const line = (lines[n] as string).trimEnd()
      const block = /^\s*(?:%%|I:)\s*begin(\w*)/i.exec(line)
      if (block) n = endOfBlock(lines, n, block[1] as string)
      else this.line(line)
    }
    if (!this.inBody) throw new AbcConversionError('no K: field, with which the music of an ABC tune begins')
    const voices = new Map([...this.voices.values()].map(({ name, program, isDrum }) => [name, { program, isDrum }]))
    const heard = this.lines.filter(
      (line) => !/^V:/.test(line) || this.sounding.has(/\w+/.exec(line.slice(2))?.[0] ?? ''),
    )
    return { abc: `${heard.join('\n')}\n`, partOrder: this.partOrder, voices }
  }

  private checkLength(length: number): void {
    const most = ABC_LIMITS.characters
    if (length > most)
      throw new AbcConversionError(
        `limit-characters: the tune has ${counted(length, 'character')}, ${counted(most, 'character')} at most are read`,
      )
  }

  private line(line: string): void {
    if (line.startsWith('%%')) return this.directive(line.slice(2))
    if (line.startsWith('%')) return
    if (!this.inBody || (FIELD_LINE.test(line) && !MUSIC_LINE.test(line))) {
      if (FIELD_LINE.test(line)) this.field(line[0] as string, withoutComment(line.slice(2)))
      return
    }
    this.music(line)
  }

  /** Of all directives only those that say how to read the music, and which instrument or key it sounds in. */
  private directive(text: string): void {
    const [name = '', ...words] = text.trim().split(/\s+/)
    if (name === 'linebreak') this.exclamationBreaks = words.includes('!')
    else if (name === 'propagate-accidentals') this.octaveApart = words[0] !== 'pitch'
    else if (name === 'MIDI') this.midiDirective(words)
  }

  private midiDirective([name, first = '', second]: readonly string[]): void {
    if (name === 'transpose') return this.transpose(Number.parseInt(first, 10))
    if (name === 'channel') return this.setSound({ isDrum: first === '10' })
    if (name !== 'program') return
    const program = Number.parseInt(second ?? first, 10)
    if (second !== undefined) this.setSound({ isDrum: first === '10' })
    if (program >= 0 && program <= 127) this.setSound({ program })
  }

  private transpose(semitones: number): void {
    if (!(Math.abs(semitones) <= 36)) return
    if (!this.inBody) this.headerTranspose = semitones
    else this.lines.push(`V:${this.voice().name} transpose=${semitones}`)
  }

  private setSound({ isDrum, program }: { isDrum?: boolean; program?: number }): void {
    if (this.inBody) {
      Object.assign(this.voice(), isDrum === undefined ? { program } : { isDrum })
    } else {
      this.headerDrum = isDrum ?? this.headerDrum
      this.headerProgram = program ?? this.headerProgram
      for (const voice of this.voices.values()) {
        voice.isDrum = isDrum ?? voice.isDrum
        voice.program = program ?? voice.program
      }
    }
  }

  private get accidentals(): Map<string, string> {
    let mine = this.accidentalsOf.get(this.current)
    if (mine === undefined) this.accidentalsOf.set(this.current, (mine = new Map<string, string>()))
    return mine
  }

  /** The voice that the music belongs to, named when it is met first. */
  private voice(id = this.current): VoiceState {
    let voice = this.voices.get(id)
    if (voice !== undefined) return voice
    if (this.voices.size === ABC_LIMITS.voices) {
      throw new AbcConversionError(`limit-voices: more than ${ABC_LIMITS.voices} voices`)
    }
    const { headerProgram: program, headerDrum: isDrum, headerMetre: metre } = this
    voice = { name: `v${this.voices.size + 1}`, program, isDrum, metre }
    this.voices.set(id, voice)
    return voice
  }

  private field(letter: string, value: string): void {
    const written = this.fieldAsWritten(letter, value)
    if (written !== null) this.lines.push(written)
  }

  /** A field as the parser is to see it; `null` for one that sounds nothing, or was noted here. */
  private fieldAsWritten(letter: string, value: string): string | null {
    if ('MLQ'.includes(letter)) checkNumbers(`${letter}:${value}`)
    if ('PQ'.includes(letter) && ++this.changes > ABC_LIMITS.changes) {
      throw new AbcConversionError(`limit-changes: more than ${ABC_LIMITS.changes} changes of part and tempo`)
    }
    switch (letter) {
      case 'M':
        return this.metre(value)
      case 'L':
        return this.unitLength(value)
      case 'Q':
        return tempo(value, this.unitPart ?? defaultUnitPart(this.headerMetre))
      case 'K':
        return this.key(value)
      case 'V':
        return this.voiceField(value)
      case 'P':
        return this.part(value)
      case 'I':
        this.directive(value)
        return null
      case 'U':
        this.userSign(value)
        return null
      case 'm':
        this.macro(value)
        return null
      default:
        return null
    }
  }

  private metre(value: string): string | null {
    const metre = parseMetre(value)
    if (metre === undefined) return null
    if (this.inBody && this.voices.size > 0) this.voice().metre = metre
    else {
      this.headerMetre = metre
      for (const voice of this.voices.values()) voice.metre = metre
    }
    return metre === null ? 'M:none' : `M:${metre.top}/${metre.bottom}`
  }

  private unitLength(value: string): string | null {
    const [, top, bottom = '1'] = /^(\d+)(?:\/(\d+))?/.exec(value) ?? []
    if (top !== '1' || !Number.isInteger(Math.log2(Number(bottom)))) return null
    this.unitPart = Number(bottom)
    return `L:1/${bottom}`
  }

  private key(value: string): string | null {
    const { key, settings, isDrum } = parseKey(value)
    if (!this.inBody) return this.firstKey(key, settings, isDrum)
    if (isDrum) this.setSound({ isDrum })
    if (key !== null) return `K:${[key, ...settings].join(' ')}`
    return settings.length === 0 ? null : `V:${this.voice().name} ${settings.join(' ')}`
  }

  private firstKey(key: string | null, settings: readonly string[], isDrum: boolean): string {
    if (isDrum) this.setSound({ isDrum })
    const all = this.headerTranspose === 0 ? settings : [...settings, `transpose=${this.headerTranspose}`]
    this.inBody = true
    this.current = [...this.voices.keys()][0] ?? this.current
    return `K:${[key ?? 'none', ...all].join(' ')}`
  }

  private voiceField(value: string): string | null {
    const [id = '', ...words] = value.replace(/"[^"]*"?/g, '').split(/\s+/)
    if (id === '' || id === '*') return null
    if (this.inBody) this.current = id
    const voice = this.voice(id)
    const { settings, isDrum } = parseSettings(words)
    if (isDrum) voice.isDrum = true
    return `V:${[voice.name, ...settings].join(' ')}`
  }

  private part(value: string): string | null {
    if (!this.inBody) {
      this.partOrder = value
      return null
    }
    const label = /[A-Za-z0-9]/.exec(value)
    return label ? `P:${label[0]}` : null
  }

  private userSign(value: string): void {
    const [, sign, name] = /^(\S)\s*=\s*[!+](.+)[!+]$/.exec(value) ?? []
    const mark = NAVIGATION.get(plainName(name ?? ''))
    if (sign !== undefined && mark !== undefined) this.userSigns.set(sign, mark)
    else if (sign !== undefined) this.userSigns.delete(sign)
  }

  private macro(value: string): void {
    const macro = parseMacro(value)
    if (macro) this.macros.push(macro)
  }

  private music(raw: string): void {
    const line = this.macros.length === 0 ? raw : expandMacros(raw, this.macros)
    this.out = ''
    // Music before any voice is named, and the first of the voices that the head names, say so themselves.
    if (!this.musicBegun && !/^\s*\[V:/.test(line)) this.lines.push(`V:${this.voice().name}`)
    this.musicBegun = true
    for (let at = this.continuedEnding(line); at < line.length;) at = this.sign(line, at)
    this.endsInBar = /[|:]\s*\\$/.test(line)
    // A mark that stands behind the last note has its own place, and not that of the next line's first note.
    if (/!$/.test(this.out.trimEnd())) this.out += 'y'
    if (this.out.trim() !== '') this.lines.push(this.out)
  }

  /** Takes the number of an ending whose bar stands before the `\` of the line before; returns where the music begins. */
  private continuedEnding(line: string): number {
    const numbers = this.endsInBar ? (matchAt(ENDING, line, 0)?.[0] ?? '') : ''
    checkEnding(numbers)
    if (numbers !== '') this.out += `[${numbers} `
    return numbers.length
  }

  /** Takes one sign of the music, and returns where the next begins. */
  private sign(line: string, at: number): number {
    const sign = line[at] as string
    switch (sign) {
      case '%':
        return line.length
      case '\\':
        return at + (line[at + 1] === '%' ? 2 : 1)
      case '"':
        return endOfString(line, at)
      case '{':
        return afterClosing(line, at, '}')
      case '!':
      case '+':
        return this.decoration(line, at)
      case '(':
        return this.tuplet(line, at)
      case '[':
        return this.bracket(line, at)
      case '|':
      case ':':
      case ']':
        return this.bar(line, at)
      case '&':
        return this.overlay(at)
      case '<':
      case '>':
        return this.brokenRhythm(line, at)
      case '-':
        this.tie()
        return at + 1
      case ' ':
      case '\t':
        this.out += ' '
        return at + 1
      default:
        return this.noteOrRest(line, at)
    }
  }

  private noteOrRest(line: string, at: number): number {
    const note = matchAt(NOTE, line, at)
    if (note) {
      this.out += this.note(note)
      this.sounds(lengthOf(note[5] ?? ''))
      return at + note[0].length
    }
    const sign = line[at] as string
    if ('zxyZX'.includes(sign)) {
      const length = matchAt(LENGTH, line, at + 1)?.[0] ?? ''
      checkLengthOf(length)
      if (sign !== 'y') this.out += sign + length
      if (sign === 'z' || sign === 'x') this.sounds(lengthOf(length))
      else if (sign !== 'y') this.sounding.add(this.voice().name)
      return at + 1 + length.length
    }
    const mark = this.userSigns.get(sign)
    if (mark !== undefined) this.out += `!${mark}!`
    else if (/\d/.test(sign)) checkDigits(line, at)
    return at + 1
  }

  private decoration(line: string, at: number): number {
    const sign = line[at] as string
    if (sign === '!' && this.exclamationBreaks) return at + 1
    const end = line.indexOf(sign, at + 1)
    const inside = end < 0 ? '' : line.slice(at + 1, end)
    const mark = NAVIGATION.get(plainName(inside))
    // Old tunes break lines with a single `!`, and write chords between two `+`.
    if (end < 0 || (mark === undefined && /[|\s]/.test(inside))) return at + 1
    if (mark !== undefined) this.out += `!${mark}!`
    else if (sign === '+' && /^(?:[_^=]*[A-Ga-g][,']*[\d/]*){2,}$/.test(inside)) {
      this.sounds(lengthOf(this.chord(inside) ?? ''))
    }
    return end + 1
  }

  private tuplet(line: string, at: number): number {
    const match = matchAt(TUPLET, line, at)
    if (!match) return at + 1 // a slur
    const [whole, p = '', q = '', r = ''] = match
    checkDigits(line, at + 1)
    const notes = Number(p)
    const time = Number(q) || this.tupletTime(notes)
    const left = Number(r) || notes
    const sign = `(${notes}:${time}:${left}`
    const under = this.tuplets.at(-1)
    // Written twice before one note (`(3(3EFG`) it counts once: the bar is full then, and abc2midi does the same.
    if (notes > 1 && !(under?.sign === sign && under.left === left)) {
      this.out += sign
      this.tuplets.push({ left, factor: time / notes, sign })
    }
    return at + whole.length
  }

  /** A tuplet is played in the time of this many notes: three for 5, 7 and 9 in compound time, else two. */
  private tupletTime(notes: number): number {
    const usual = { 2: 3, 3: 2, 4: 3, 6: 2, 8: 3 }[notes]
    const top = this.voice().metre?.top ?? 0
    return usual ?? (top > 3 && top % 3 === 0 ? 3 : 2)
  }

  private bracket(line: string, at: number): number {
    const field = /^\[([A-Za-z]):([^\]]*)(\]?)/.exec(line.slice(at))
    if (field && !/^[|:]/.test(field[2] as string)) return this.inlineField(at, field)
    const bar = matchAt(BAR, line, at)
    if (bar) return this.bar(line, at)
    if (/[\d"]/.test(line[at + 1] ?? '') && this.bracketIsEnding(line, at)) return this.ending(line, at)
    const end = line.indexOf(']', at)
    if (end < 0) return at + 1
    const inside = line.slice(at + 1, end)
    const after = matchAt(LENGTH, line, end + 1)?.[0] ?? ''
    checkLengthOf(after)
    const notes = this.chord(inside)
    if (notes === null) return end + 1
    this.out += after
    this.sounds(lengthOf(notes) * lengthOf(after))
    return end + 1 + after.length
  }

  private inlineField(at: number, [whole, letter, value, close]: readonly string[]): number {
    if (close === '') return at + 3
    const written = this.fieldAsWritten(letter as string, (value as string).trim())
    if (written !== null) this.out += `[${written}]`
    return at + (whole as string).length
  }

  /** `["Am"CE]` is a chord with its name, `["1."` and `[1` begin an ending. */
  private bracketIsEnding(line: string, at: number): boolean {
    if (line[at + 1] !== '"') return true
    const end = endOfString(line, at + 1)
    return !/^[^|[\s]*\]/.test(line.slice(end))
  }

  /** At the `[` of an ending, which also stands for a missing bar line. */
  private ending(line: string, at: number): number {
    const quoted = line[at + 1] === '"'
    const from = at + (quoted ? 2 : 1)
    const numbers = matchAt(ENDING, line, from)?.[0] ?? ''
    checkEnding(numbers)
    this.out += numbers === '' ? '' : ` [${numbers} `
    return quoted ? endOfString(line, at + 1) : from + numbers.length
  }

  private bar(line: string, at: number): number {
    const bar = matchAt(BAR, line, at)?.[0]
    if (bar === undefined) return at + 1
    if (bar === '[|]') return at + bar.length // no bar is seen there
    this.overlays = 0
    this.accidentals.clear()
    const opened = bar.endsWith('[') && bar.length > 1
    this.out += opened ? bar.slice(0, -1) : bar
    if (opened) return at + bar.length - 1
    const numbers = matchAt(ENDING, line, at + bar.length)?.[0] ?? ''
    checkEnding(numbers)
    this.out += numbers === '' ? '' : `${numbers} `
    return at + bar.length + numbers.length
  }

  /** Some write a tie behind a space, or behind the sign of a broken rhythm. */
  private tie(): void {
    const [behind = ''] = /[<> ]{0,8}$/.exec(this.out.slice(-8)) ?? []
    this.out = `${this.out.slice(0, this.out.length - behind.length)}-${behind}`
    if (this.broken !== null) this.broken = { ...this.broken, place: this.broken.place + 1 }
  }

  private overlay(at: number): number {
    if (++this.overlays > ABC_LIMITS.overlays) {
      throw new AbcConversionError(`limit-overlays: more than ${ABC_LIMITS.overlays} layers (&) in one bar`)
    }
    this.accidentals.clear()
    this.out += '&'
    return at + 1
  }

  private brokenRhythm(line: string, at: number): number {
    const [run] = /^(?:<+|>+)/.exec(line.slice(at, at + 8)) as RegExpExecArray
    const place = this.out.length
    this.out += run.slice(0, 4)
    this.broken = { place, shift: 1 - 2 ** -Math.min(run.length, 4), isLonger: run[0] === '>' }
    return at + run.length
  }

  /**
   * Notes how long the note just written is. A broken rhythm between notes of different lengths is left out: the
   * standard leaves it undefined, and the bar is full without it.
   */
  private sounds(written: number): void {
    this.sounding.add(this.voice().name)
    if (++this.written > ABC_LIMITS.written) {
      throw new AbcConversionError(`limit-notes: more than ${counted(ABC_LIMITS.written, 'note')} as written`)
    }
    let length = written
    for (const tuplet of this.tuplets) {
      length *= tuplet.factor
      tuplet.left--
    }
    while ((this.tuplets.at(-1)?.left ?? 1) <= 0) this.tuplets.pop()
    const broken = this.broken
    this.broken = null
    if (broken !== null && Math.abs(length - this.lastLength) < 1e-6) {
      length *= broken.isLonger ? 1 - broken.shift : 1 + broken.shift
    } else if (broken !== null) {
      this.out = this.out.slice(0, broken.place) + this.out.slice(broken.place).replace(/^[<>]+/, '')
    }
    this.lastLength = length
  }

  /** A note with the accidental that holds for it in this bar: in every octave, as the standard has it. */
  private note([, sign = '', fraction = '', letter = '', octave = '', length = '']: readonly string[]): string {
    checkLengthOf(length)
    const accidentals = this.accidentals
    const said = fraction === '' ? sign : nearestAccidental(sign, fraction)
    const place = this.octaveApart ? letter + octave : letter.toUpperCase()
    if (said !== '') accidentals.set(place, said)
    return (accidentals.get(place) ?? '') + letter + octave + length
  }

  /** The notes between two brackets; returns the length of the first, `null` when there are none. */
  private chord(inside: string): string | null {
    const bare = inside.replace(/"[^"]*"?|![^!]*!|\{[^}]*\}/g, '')
    const notes = [...bare.matchAll(new RegExp(`${NOTE.source}(-?)`, 'g'))]
    if (notes.length === 0) return null
    this.out += `[${notes.map((note) => this.note(note) + (note[6] ?? '')).join('')}]`
    return notes[0]?.[5] ?? ''
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** Behind the closing sign of what opens at a place; behind the opening one where nothing closes it. */
function afterClosing(line: string, at: number, closing: string): number {
  const end = line.indexOf(closing, at + 1)
  return end < 0 ? at + 1 : end + 1
}

/** Behind a string; the rest of the line where it has no end. */
function endOfString(line: string, at: number): number {
  const end = line.indexOf('"', at + 1)
  return end < 0 ? line.length : end + 1
}

/** The line that ends a `%%begin…` block; the last line of the tune where none does. */
function endOfBlock(lines: readonly string[], from: number, kind: string): number {
  const end = new RegExp(`^\\s*(?:%%|I:)\\s*end${kind}`, 'i')
  const found = lines.findIndex((line, n) => n > from && end.test(line))
  return found < 0 ? lines.length : found
}

/** @example lengthOf('3/2') // 1.5 */
function lengthOf(written: string): number {
  const [, top = '', slashes = '', bottom = ''] = /^(\d*)(\/*)(\d*)/.exec(written) ?? []
  return Number(top || 1) / (bottom === '' ? 2 ** slashes.length : Number(bottom))
}

const withoutComment = (value: string): string => value.replace(/(^|[^\\])%.*$/, '$1').trim()

/** A keyboard has no quarter tones: the part of the accidental that it has. */
function nearestAccidental(accidental: string, fraction: string): string {
  const [top = '', bottom = ''] = fraction.split('/')
  const size = (Number(top) || 1) / (fraction.includes('/') ? Number(bottom) || 2 : 1)
  const sign = accidental[0] === '_' ? '_' : '^'
  return size < 1 ? '=' : sign.repeat(Math.min(2, Math.floor(size)))
}

function checkLengthOf(length: string): void {
  for (const [number] of length.matchAll(/\d+/g)) {
    checkDigits(number, 0)
    if (number.length > ABC_LIMITS.lengthDigits) {
      throw new AbcConversionError(`limit-length: the length ${number} has more than ${ABC_LIMITS.lengthDigits} digits`)
    }
  }
  if (/\/0+$/.test(length)) throw new AbcConversionError(`limit-length: the length ${length} divides by zero`)
  if (/\/{7}/.test(length))
    throw new AbcConversionError(`limit-length: the length ${length.slice(0, 20)} is halved more than 6 times`)
}

function checkDigits(line: string, at: number): void {
  const [digits = ''] = /^\d*/.exec(line.slice(at, at + 40)) ?? []
  if (digits.length <= ABC_LIMITS.digits) return
  throw new AbcConversionError(
    `limit-digits: the number ${digits.slice(0, 20)} has more than ${ABC_LIMITS.digits} digits`,
  )
}

function checkEnding(numbers: string): void {
  for (const [number] of numbers.matchAll(/\d+/g)) {
    checkDigits(number, 0)
    if (Number(number) > ABC_LIMITS.endings) {
      throw new AbcConversionError(
        `limit-endings: an ending is numbered ${Number(number)}, ${ABC_LIMITS.endings} is the most`,
      )
    }
  }
}

function checkNumbers(field: string): void {
  const numbers = (field.replace(/"[^"]*"?/g, '').match(/\d+(?:\.\d+)?/g) ?? []).map(Number)
  if (numbers.every((number) => number >= 1 && number <= ABC_LIMITS.fieldNumber)) return
  throw new AbcConversionError(
    `limit-field: ${field.slice(0, 40)} (expected numbers from 1 to ${ABC_LIMITS.fieldNumber})`,
  )
}

/** `null` = no metre (`none`), `undefined` = not a metre. Sums become one: `(2+2+3)/8` and `2/4+3/8` are 7/8. */
function parseMetre(value: string): Metre | null | undefined {
  if (/^none/i.test(value)) return null
  if (/^C\|/.test(value)) return { top: 2, bottom: 2 }
  if (/^C/.test(value)) return { top: 4, bottom: 4 }
  const sums = value.replace(/[()\s]/g, (sign) => (sign.trim() === '' ? ' ' : '')).trim()
  const fractions = [...sums.matchAll(/(\d+(?:[+ ]+\d+)*)\s*\/\s*(\d+)/g)]
  if (fractions.length === 0) return undefined
  const bottom = Math.max(...fractions.map(([, , below]) => Number(below)))
  let top = 0
  for (const [, above = '', below] of fractions) {
    const beats = above.split(/[+ ]+/).reduce((sum, each) => sum + Number(each), 0)
    top += (beats * bottom) / Number(below)
  }
  return { top, bottom }
}

/** The unit is a sixteenth in metres shorter than three quarters, else an eighth. */
const defaultUnitPart = (metre: Metre | null): number => (metre !== null && metre.top / metre.bottom < 0.75 ? 16 : 8)

/** `Q:1/4=120`, also with several beats, words, a fraction, and as older versions wrote it (`Q:120`, `Q:C3=40`). */
function tempo(value: string, unitPart: number): string | null {
  const bare = value.replace(/"[^"]*"?/g, ' ').trim()
  if (/^\d+(?:\.\d+)?$/.test(bare)) return `Q:1/4=${bare}`
  const [, beats = '', perMinute] = /^([^=]*)=\s*(?:ca?\.?\s*)?(\d+(?:\.\d+)?)/.exec(bare) ?? []
  if (perMinute === undefined) return null
  const old = /^C(\d*)$/.exec(beats.trim())
  if (old) return `Q:${old[1] || 1}/${unitPart}=${perMinute}`
  const lengths = beats.match(/\d+\/\d+/g)
  return lengths === null ? null : `Q:${lengths.join(' ')}=${perMinute}`
}

const MODE_WORDS: Readonly<Record<string, string>> = {
  ...{ major: '', minor: 'min', dorian: 'dor', mixolydian: 'mix' },
  ...{ phrygian: 'phr', lydian: 'lyd', locrian: 'loc', none: '' },
}

/** The key (`null` where only settings are said), and what else the field says that sounds. */
function parseKey(value: string): { key: string | null; settings: string[]; isDrum: boolean } {
  const words = value.replace(/"[^"]*"?/g, ' ').split(/\s+/)
  const { settings, isDrum } = parseSettings(words)
  return { key: keyAsWritten(value.replace(/(^|\s)[a-z]+=\S*/g, ' ').trim()), settings, isDrum }
}

function keyAsWritten(value: string): string | null {
  if (/^H[Pp]/.test(value)) return 'D' // pipes: F and C are sharp, whether they are printed (Hp) or not (HP)
  if (/^none/i.test(value)) return 'none'
  const tonic = /^([A-G])([#b]?)/.exec(value)
  const accidentals = [...value.matchAll(/(?:^|[\s\w])((?:\^{1,2}|_{1,2}|=)[A-Ga-g])/g)].map(
    ([, each]) => each as string,
  )
  if (!tonic) return accidentals.length === 0 ? null : ['C exp', ...accidentals].join(' ')
  if (/^(?:clef|bass|alto|treble|tenor|perc)/i.test(value)) return null
  const explicit = /\bexp\b/i.test(value)
  const mode = explicit ? '' : MODE_WORDS[abcMode(value)]
  const exp = explicit ? (accidentals.length > 0 ? 'exp' : 'exp none') : ''
  return [`${tonic[1]}${tonic[2]}${mode ? ` ${mode}` : ''}`, exp, ...accidentals]
    .filter((each) => each !== '')
    .join(' ')
}

/** Of the settings of a key or voice those that change what sounds. */
function parseSettings(words: readonly string[]): { settings: string[]; isDrum: boolean } {
  const settings: string[] = []
  let isDrum = false
  for (const word of words) {
    const [, octave] = /^octave=([+-]?\d)$/.exec(word) ?? []
    const [, semitones] = /^(?:transpose|t)=([+-]?\d{1,2})$/.exec(word) ?? []
    const clef = /^(?:clef=)?(?:treble|bass|alto|tenor|[GFC])\d?([+-](?:8|15))$/.exec(word)
    if (octave !== undefined) settings.push(`octave=${Number(octave)}`)
    else if (semitones !== undefined && Math.abs(Number(semitones)) <= 36)
      settings.push(`transpose=${Number(semitones)}`)
    else if (clef) settings.push(`clef=treble${clef[1]}`)
    else if (/^(?:score|sound|shift)=[A-Ga-g,'_^=]{2,20}$/.test(word)) settings.push(word)
    else if (/^(?:clef=)?perc/i.test(word)) isDrum = true
  }
  return { settings, isDrum }
}
