import type { Type } from 'protobufjs'
import { NOTE_SEQUENCE_LIMITS, NoteSequenceError } from './noteSequenceError.ts'
import { type NamedSequence, sequenceOf, sequenceType } from './sequenceMessage.ts'

/** A value of a field: a word, number or string, or a message. */
type Value = string | number | boolean | Fields
interface Fields {
  [name: string]: Value | Value[]
}

/** Words, numbers, strings and marks; comments and spaces between them. */
const TOKEN = /\s+|#[^\n]*|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[A-Za-z_][\w.]*|[-+]?[\d.][\w.+-]*|[-{}<>[\]:;,])/gy

/**
 * The score of a NoteSequence in the text format of protocol buffers, as `str(sequence)` prints it in Python. Fields that
 * no score is read from are left out.
 * @throws NoteSequenceError with the line of what cannot be read.
 * @example parseSequenceText('notes { pitch: 60 velocity: 80 end_time: 0.5 }').score.notes.length // 1
 */
export function parseSequenceText(text: string): NamedSequence {
  const reader = new TextReader(text)
  const fields = messageIn(reader, sequenceType, 0)
  if (reader.last !== '') throw reader.error(`expected a field's name, got ${shown(reader.last)}`)
  try {
    return sequenceOf(sequenceType.fromObject(fields))
  } catch (error) {
    if (error instanceof NoteSequenceError || !(error instanceof Error)) throw error
    throw new NoteSequenceError(`it is not a NoteSequence: ${error.message}`, { cause: error })
  }
}

/** Fields to the end of the text or the message; of a type of null, all are skipped. */
function messageIn(reader: TextReader, type: Type | null, depth: number): Fields {
  if (depth > NOTE_SEQUENCE_LIMITS.depth)
    throw reader.error(`more than ${NOTE_SEQUENCE_LIMITS.depth} messages in messages`)
  const fields: Fields = {}
  for (let name = reader.next(); name !== '' && name !== '}' && name !== '>'; name = reader.next()) {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw reader.error(`expected a field's name, got ${shown(name)}`)
    const field = Object.hasOwn(type?.fields ?? {}, name) ? type?.fields[name]?.resolve() : undefined
    const inner = field?.resolvedType && 'fields' in field.resolvedType ? field.resolvedType : null
    const value = valueIn(reader, inner, depth)
    if (field === undefined) continue
    const values = [fields[name] ?? [], value].flat()
    fields[name] = field.repeated ? values : (values.at(-1) ?? [])
  }
  return fields
}

function valueIn(reader: TextReader, type: Type | null, depth: number): Value | Value[] {
  const mark = reader.next()
  if (mark !== ':' && mark !== '{' && mark !== '<') throw reader.error(`expected ":" or "{", got ${shown(mark)}`)
  const first = mark === ':' ? reader.next() : mark
  const value = first === '[' ? listIn(reader, type, depth) : oneIn(reader, type, { depth, first })
  if (reader.isNext(',') || reader.isNext(';')) reader.next()
  return value
}

function listIn(reader: TextReader, type: Type | null, depth: number): Value[] {
  const values: Value[] = []
  for (let first = reader.next(); first !== ']'; first = reader.next()) {
    if (first !== ',') values.push(oneIn(reader, type, { depth, first }))
  }
  return values
}

function oneIn(reader: TextReader, type: Type | null, at: { depth: number; first: string }): Value {
  const { depth, first } = at
  if (first === '{' || first === '<') return nested(reader, type, { depth, closing: first === '{' ? '}' : '>' })
  if (first === '-') return -Number(reader.next())
  if (first === '' || /^[}>:;,]$/.test(first)) throw reader.error(`expected a value, got ${shown(first)}`)
  if (/^["']/.test(first)) return textOf(reader, first)
  if (first === 'true' || first === 'false') return first === 'true'
  const number = Number(first.replace(/f$/i, ''))
  return Number.isNaN(number) ? first : number
}

/** Strings beside each other are one. */
function textOf(reader: TextReader, first: string): string {
  let text = unescaped(first)
  while (reader.isNext('"') || reader.isNext("'")) text += unescaped(reader.next())
  return text
}

const unescaped = (quoted: string): string => quoted.slice(1, -1).replace(/\\(["'\\])/g, '$1')

function nested(reader: TextReader, type: Type | null, at: { depth: number; closing: string }): Fields {
  const fields = messageIn(reader, type, at.depth + 1)
  if (reader.last !== at.closing) throw reader.error(`expected "${at.closing}", got ${shown(reader.last)}`)
  return fields
}

const shown = (token: string): string => (token === '' ? 'the end of the text' : `"${token.slice(0, 40)}"`)

/** Tokens from the front on. */
class TextReader {
  private readonly text: string
  private at = 0
  /** The token read last; empty at the end. */
  last = ''

  constructor(text: string) {
    this.text = text
  }

  next(): string {
    this.last = ''
    while (this.at < this.text.length && this.last === '') {
      TOKEN.lastIndex = this.at
      const found = TOKEN.exec(this.text)
      if (found === null) throw this.error(`"${this.text[this.at]}" has no meaning here`)
      this.at += found[0].length
      this.last = found[1] ?? ''
    }
    return this.last
  }

  /** Whether the next token begins so. */
  isNext(start: string): boolean {
    const [before, at] = [this.last, this.at]
    const is = this.next().startsWith(start)
    this.last = before
    this.at = at
    return is
  }

  error(problem: string): NoteSequenceError {
    return new NoteSequenceError(`line ${this.text.slice(0, this.at).split('\n').length}: ${problem}`)
  }
}
