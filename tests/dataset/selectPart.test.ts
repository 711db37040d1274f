import { describe, expect, it } from 'vitest'
import type { Dataset, FileRow, MelodyRow } from '../../src/dataset/dataset.js'
import { selectPart } from '../../src/dataset/selectPart.js'
import { UserError } from '../../src/support/errors.js'

const row = (path: string, change: Partial<FileRow> = {}): FileRow => ({
  path,
  sha256: path,
  source: 's',
  licence: '',
  title: null,
  mode: null,
  style: null,
  split: 'train',
  melodies: 1,
  dropped: [],
  ...change,
})
const dataset = (files: FileRow[]): Dataset => {
  const melodies = files.map(({ path, split }): MelodyRow => {
    const place = { startStep: 0, endStep: 1, stepsPerBar: 16, stepsPerQuarter: 4, instrument: 0 }
    return { ...place, events: [60], id: `${path}/0`, path, split }
  })
  return { hash: '', files, melodies }
}
const paths = (part: { files: FileRow[] }): string[] => part.files.map(({ path }) => path)

describe('selectPart', () => {
  // sha256 of 'a' begins ca97, of 'b' 3e23, of 'c' 2e7d, of 'd' 18ac: d, c, b, a in the order of their hashes.
  const plain = dataset([row('a'), row('b', { split: 'test' }), row('c', { split: 'test' }), row('d')])

  it('first: so many files by the sha256 of the path, in the order of the data set', () => {
    expect(paths(selectPart(plain, { kind: 'first', files: 2 }))).toEqual(['c', 'd'])
    expect(paths(selectPart(plain, { kind: 'first', files: 3 }))).toEqual(['b', 'c', 'd'])
    expect(paths(selectPart(plain, { kind: 'first', files: 11_133 }))).toEqual(['a', 'b', 'c', 'd'])
  })

  it('gives the melodies of those files, each on its own side', () => {
    const part = selectPart(plain, { kind: 'first', files: 3 })
    expect(part.train.map(({ id }) => id)).toEqual(['d/0'])
    expect(part.test.map(({ id }) => id)).toEqual(['b/0', 'c/0'])
  })

  it('all: every general file, at most maxFiles of them', () => {
    const mixed = dataset([row('a'), row('b', { style: 'jazz' }), row('d')])
    expect(paths(selectPart(mixed, { kind: 'all' }))).toEqual(['a', 'd'])
    expect(paths(selectPart(mixed, { kind: 'all', maxFiles: 1 }))).toEqual(['d'])
  })

  it('style: the files of the style folders, where there are any', () => {
    const mixed = dataset([row('a', { mode: 'dorian' }), row('b', { style: 'jazz' }), row('c')])
    expect(paths(selectPart(mixed, { kind: 'style' }))).toEqual(['b'])
  })

  it('style: else the modal tunes', () => {
    const modes = ['major', 'minor', 'dorian', 'none', 'phrygian', 'lydian', 'mixolydian', null]
    const tunes = dataset(modes.map((mode, n) => row(`${n}`, { mode })))
    expect(paths(selectPart(tunes, { kind: 'style' }))).toEqual(['1', '2', '4', '5', '6'])
  })

  it('style: says what to do where there is neither', () => {
    expect(() => selectPart(plain, { kind: 'style' })).toThrow(UserError)
    expect(() => selectPart(plain, { kind: 'style' })).toThrow(/--style DIR/)
  })
})
