import { describe, expect, it } from 'vitest'
import { readMidi } from '../../src/score/readMidi.ts'
import { splitOnTimeChanges } from '../../src/score/splitOnTimeChanges.ts'
import { goldenFolders, goldenLines, goldenMidi } from './goldens.ts'
import { goldenMeta } from './noteSequenceHash.ts'

interface SplitRow {
  file: string
  parts: Record<string, unknown>[]
}

describe.each(goldenFolders())('splitOnTimeChanges gives note-seq 0.0.5 its parts ($name goldens)', ({ folder }) => {
  it.each(goldenLines<SplitRow>(folder, 'split.jsonl'))('$file', ({ file, parts }) => {
    const ours = splitOnTimeChanges(readMidi(goldenMidi(folder, file))).map((part) => ({
      ...goldenMeta(part),
      start_time_offset: part.startTimeOffsetSeconds,
    }))
    expect(parts).toMatchObject(ours)
    expect(parts).toHaveLength(ours.length)
  })
})
