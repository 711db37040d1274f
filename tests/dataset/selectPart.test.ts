import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dataset, FileRow, MelodyRow } from '../../src/dataset/dataset.ts'
import { selectPart } from '../../src/dataset/selectPart.ts'
import { UserError } from '../../src/support/errors.ts'

const row = (path: string, change: Partial<FileRow> = {}): FileRow => ({
  path,
  sha256: path,
  source: 's',
  licence: '',
  title: null,
  mode: null,
  style: null,
  bytes: 1,
  tracks: 1,
  family: path,
  split: 'train',
  melodies: 1,
  dropped: [],
  ...change,
})
const dataset = (files: FileRow[]): Dataset => {
  const melodies = files.flatMap(({ path, split, family, melodies: count }) => {
    const place = { startStep: 0, endStep: 1, stepsPerBar: 16, stepsPerQuarter: 4, instrument: 0 }
    const own = { ...place, events: [60], path, split, family }
    return Array.from({ length: count }, (_, n): MelodyRow => {
      return { ...own, id: `${path}/${n}`, canonicalHash: `${path}/${n}` }
    })
  })
  return { hash: '', files, melodies }
}
const paths = (part: { files: FileRow[] }): string[] => part.files.map(({ path }) => path)

describe('selectPart', () => {
  // sha256 of 'a' begins ca97, of 'b' 3e23, of 'c' 2e7d, of 'd' 18ac: d, c, b, a in the order of their hashes.
  const plain = dataset([row('a'), row('b', { split: 'test' }), row('c', { split: 'test' }), row('d')])

  it('first: a number of files by the sha256 of the path, in the order of the data set', () => {
    expect(paths(selectPart(plain, { kind: 'first', files: 2 }))).toEqual(['c', 'd'])
    expect(paths(selectPart(plain, { kind: 'first', files: 3 }))).toEqual(['b', 'c', 'd'])
    expect(paths(selectPart(plain, { kind: 'first', files: 11_133 }))).toEqual(['a', 'b', 'c', 'd'])
  })

  it('first and all: leave out the corpora named, by the first part of the path', () => {
    const mixed = dataset([row('performances/x'), row('maestro-v3/y'), row('tunes/performances/z'), row('z')])
    const without = ['performances', 'maestro-v3']
    expect(paths(selectPart(mixed, { kind: 'first', files: 3, without }))).toEqual(['tunes/performances/z', 'z'])
    expect(paths(selectPart(mixed, { kind: 'all', without }))).toEqual(['tunes/performances/z', 'z'])
    expect(paths(selectPart(mixed, { kind: 'all' }))).toHaveLength(4)
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

  it('leaves a general file out of first and all where its family holds a style, and keeps modal tunes in both', () => {
    const kin = dataset([
      row('a', { family: 'a' }),
      row('b', { family: 'a', style: 'jazz' }),
      row('c', { mode: 'dorian' }),
      row('d'),
    ])
    expect(paths(selectPart(kin, { kind: 'all' }))).toEqual(['c', 'd'])
    expect(paths(selectPart(kin, { kind: 'first', files: 3 }))).toEqual(['c', 'd'])
    expect(paths(selectPart(kin, { kind: 'style' }))).toEqual(['b'])
  })

  it('gives three sides', () => {
    const three = dataset([row('a'), row('b', { split: 'validation' }), row('c', { split: 'test' })])
    const { train, validation, test } = selectPart(three, { kind: 'all' })
    expect([train, validation, test].map((side) => side.map(({ id }) => id))).toEqual([['a/0'], ['b/0'], ['c/0']])
  })

  it('keeps no more melodies of a file than asked for, the same whatever else there is', () => {
    // sha256 of 'a/0' begins d7e9, of 'a/1' 7732, of 'a/2' 008a
    const many = dataset([row('a', { melodies: 3 }), row('b', { melodies: 1 })])
    const ids = (most: number | null) => selectPart(many, { kind: 'all' }, most).train.map(({ id }) => id)
    expect(ids(null)).toEqual(['a/0', 'a/1', 'a/2', 'b/0'])
    expect(ids(1)).toEqual(['a/2', 'b/0'])
    expect(ids(2)).toHaveLength(3)
  })

  it('style: says what to do where there is neither', () => {
    expect(() => selectPart(plain, { kind: 'style' })).toThrow(UserError)
    expect(() => selectPart(plain, { kind: 'style' })).toThrow(/--style DIR/)
  })
})

describe('copies', () => {
  /** Files of one melody each: path, side, the melody, style. */
  const of = (...rows: [string, FileRow['split'], string, (string | null)?][]): Dataset => {
    const all = dataset(rows.map(([path, split, , style = null]) => row(path, { split, style })))
    return { ...all, melodies: all.melodies.map((each, n) => ({ ...each, canonicalHash: rows[n]![2] })) }
  }

  it('are kept once, on the side that is held out most', () => {
    const part = selectPart(
      of(['a', 'train', 'x'], ['b', 'train', 'x'], ['c', 'train', 'y'], ['d', 'validation', 'y'], ['e', 'test', 'y']),
      { kind: 'all' },
    )
    expect([part.train, part.validation, part.test].map((side) => side.map(({ path }) => path))).toEqual([
      ['a'],
      [],
      ['e'],
    ])
    expect(part.removed).toEqual({ copies: 1, heldOut: 2, capped: 0 })
  })

  it('of what another part holds out are not trained on', () => {
    const all = of(['a', 'train', 'x'], ['b', 'train', 'y'], ['s', 'test', 'x', 'jazz'], ['t', 'train', 'z', 'jazz'])
    expect(selectPart(all, { kind: 'all' }).train.map(({ path }) => path)).toEqual(['b'])
    expect(selectPart(all, { kind: 'style' }).test.map(({ path }) => path)).toEqual(['s'])
  })

  it('leave no melody and no family on two sides', () => {
    const files = fc.array(
      fc.record({
        family: fc.constantFrom('f', 'g', 'h', 'i'),
        melody: fc.constantFrom('x', 'y', 'z', 'w'),
        style: fc.constantFrom(null, null, 'jazz'),
      }),
      { minLength: 1, maxLength: 12 },
    )
    const sides = { f: 'train', g: 'validation', h: 'test', i: 'train' } as const
    fc.assert(
      fc.property(files, (drawn) => {
        const rows = drawn.map(({ family, style }, n) => row(`p${n}`, { family, style, split: sides[family] }))
        const plain = dataset(rows)
        const melodies = plain.melodies.map((each, n) => ({ ...each, canonicalHash: drawn[n]!.melody }))
        const all = { ...plain, melodies }
        const parts = [selectPart(all, { kind: 'all' })]
        if (drawn.some(({ style }) => style !== null)) parts.push(selectPart(all, { kind: 'style' }))
        const trained = parts.flatMap(({ train }) => train)
        const held = parts.flatMap(({ validation, test }) => [...validation, ...test])
        for (const mark of ['canonicalHash', 'family'] as const) {
          const seen = new Set(held.map((each) => each[mark]))
          expect(trained.filter((each) => seen.has(each[mark]))).toEqual([])
        }
        for (const { train, validation, test, removed } of parts) {
          const kept = [...train, ...validation, ...test]
          expect(new Set(kept.map(({ canonicalHash }) => canonicalHash)).size).toBe(kept.length)
          expect(removed.capped).toBe(0)
        }
      }),
    )
  })
})
