import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { melodyEncoding, type MelodyEncoding } from '../../src/dataset/encoding.ts'
import { cleanEvents } from '../../src/melody/melody.ts'
import { squash } from '../../src/melody/transform.ts'
import type { EncodingName } from '../../src/config/modelSpec.ts'
import { goldenFolders, goldenJson, goldenLines } from './goldens.ts'

interface EncodingRow {
  transpose: number
  input_size: number
  num_classes: number
  default_event_label: number
  n: number
  labels: number[]
  inputs_int8_sha256: string
  input_index?: number[]
  inputs_head?: [number, number][][]
  inputs_row20?: [number, number][] | null
  squashed_events_sha256?: string
  decodes_back: boolean
}
type EncodingRows = Record<`${EncodingName}_rnn`, EncodingRow>
type FileRow = EncodingRows & { file: string; part: number; melody: number }
interface MelodyFile {
  file: string
  parts: { part: number; melodies: { events: number[] }[] }[]
}

const hash = (data: string | Int8Array): string => createHash('sha256').update(data).digest('hex')

function rowsOf(inputs: Int8Array, size: number): [number, number][][] {
  return Array.from({ length: inputs.length / size }, (_, row) =>
    [...inputs.subarray(row * size, (row + 1) * size).entries()].filter(([, value]) => value !== 0),
  )
}

/** The row `golden` would have, computed by us. */
function encodingRow(encoding: MelodyEncoding, events: readonly number[], golden: EncodingRow): EncodingRow {
  const squashed = squash(events, encoding.minNote, encoding.maxNote, encoding.transposeToKey)
  const { inputs, labels } = encoding.encode(squashed.events)
  const rows = rowsOf(inputs, encoding.inputSize)
  const decoded = squashed.events.slice(0, 1)
  for (const label of labels) decoded.push(encoding.event(label, decoded))
  const computed: EncodingRow = {
    transpose: squashed.transpose,
    input_size: encoding.inputSize,
    num_classes: encoding.classes,
    default_event_label: encoding.defaultEventLabel,
    n: labels.length,
    labels: [...labels],
    inputs_int8_sha256: hash(inputs),
    decodes_back: decoded.join() === squashed.events.join(),
  }
  if (golden.squashed_events_sha256 !== undefined) computed.squashed_events_sha256 = hash(squashed.events.join())
  if (golden.input_index !== undefined) computed.input_index = rows.map((row) => row[0]?.[0] ?? -1)
  if (golden.inputs_head !== undefined) computed.inputs_head = rows.slice(0, 4)
  if (golden.inputs_row20 !== undefined) computed.inputs_row20 = rows[20] ?? null
  return computed
}

function expectEqual(goldens: EncodingRows, events: readonly number[]): void {
  for (const name of ['mono', 'basic', 'lookback', 'attention'] as const) {
    const golden = goldens[`${name}_rnn`]
    expect(encodingRow(melodyEncoding(name), events, golden), name).toEqual(golden)
  }
}

describe.each(goldenFolders())('encodings of the $name goldens', ({ folder }) => {
  const files = new Map(goldenLines<MelodyFile>(folder, 'melodies.jsonl').map((row) => [row.file, row]))

  it.each(goldenLines<FileRow>(folder, 'encodings.jsonl'))('$file part $part melody $melody', (row) => {
    const melodies = files.get(row.file)?.parts.find(({ part }) => part === row.part)?.melodies
    expectEqual(row, melodies?.[row.melody]?.events ?? [])
  })

  it.each(goldenJson<{ melodies: { events_in: number[]; encodings: EncodingRows }[] }>(folder, 'misc.json').melodies)(
    'hand-made melody %#',
    ({ events_in, encodings }) => {
      expectEqual(encodings, cleanEvents(events_in))
    },
  )
})
