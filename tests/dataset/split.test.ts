import { describe, expect, it } from 'vitest'
import { fileLevelSplit, splitFamilies, type SplitFamily } from '../../src/dataset/split.ts'

describe('splitFamilies', () => {
  const ratios = { validation: 0.1, test: 0.1 }
  const family = (name: string, style: string | null = null, melodies = 1): SplitFamily => ({
    family: name,
    style,
    melodies,
  })
  const families = Array.from({ length: 2000 }, (_, n) => family(`tunes/${n}.mid`))
  const count = (splits: readonly string[], split: string): number => splits.filter((each) => each === split).length

  it('shares out about the shares asked for', () => {
    const splits = splitFamilies(families, ratios)
    for (const held of ['validation', 'test']) {
      expect(count(splits, held)).toBeGreaterThan(160) // 200 +- 3 standard deviations of 13
      expect(count(splits, held)).toBeLessThan(240)
    }
  })

  it('depends on the name alone', () => {
    const all = new Map(splitFamilies(families, ratios).map((split, n) => [families[n]!.family, split]))
    const some = families.filter((_, n) => n % 3 === 0).reverse()
    splitFamilies(some, ratios).forEach((split, n) => expect(split).toBe(all.get(some[n]!.family)))
  })

  it('gives the files of a family the same side, and a family with one styled file to the style', () => {
    const rows = [family('a'), family('b', 'jazz', 0), family('a', 'jazz', 0), family('b'), family('c')]
    const splits = splitFamilies(rows, { validation: 0, test: 1e-9 })
    expect(splits[2]).toBe(splits[0])
    expect(splits[3]).toBe(splits[1])
    expect(new Set(splits.slice(0, 2))).toEqual(new Set(['train', 'test'])) // jazz holds two families: both sides
    expect(splits[4]).toBe('train')
  })

  it('leaves no side of a style without melodies where it has three families, of two none but validation', () => {
    for (const extreme of [0.001, 0.4995]) {
      const rows = [...families.slice(0, 40), ...['x', 'y', 'z'].map((name) => family(name, 'jazz'))]
      const splits = splitFamilies(rows, { validation: extreme, test: extreme })
      expect(new Set(splits.slice(0, 40))).toEqual(new Set(['train', 'validation', 'test']))
      expect(new Set(splits.slice(40))).toEqual(new Set(['train', 'validation', 'test']))
      const two = splitFamilies(rows.slice(40, 42), { validation: extreme, test: extreme })
      expect(new Set(two)).toEqual(new Set(['train', 'test']))
    }
  })

  it('does not count families that gave no melody', () => {
    const silent = families.slice(0, 40).map((entry) => ({ ...entry, melodies: 0 }))
    const splits = splitFamilies([...silent, family('x'), family('y')], { validation: 0, test: 1e-9 })
    expect(new Set(splits.slice(40))).toEqual(new Set(['train', 'test']))
  })

  it('holds nothing out at 0, and keeps the sides that a share of 0 or all of it allows', () => {
    expect(new Set(splitFamilies(families, { validation: 0, test: 0 }))).toEqual(new Set(['train']))
    expect(new Set(splitFamilies(families, { validation: 0, test: 1 }))).toEqual(new Set(['test']))
  })
})

describe('splitFamilies with families for the test', () => {
  const rows = ['a', 'b', 'c', 'a'].map((family) => ({ family, style: null, melodies: 1 }))

  it('puts them there whatever their hash, and fills the sides without them', () => {
    for (const primer of ['a', 'b', 'c']) {
      const splits = splitFamilies(rows, { validation: 0, test: 0.1 }, new Set([primer]))
      rows.forEach(({ family }, n) => expect(splits[n] === 'test' || family !== primer).toBe(true))
      const others = splits.filter((_, n) => rows[n]!.family !== primer)
      expect(new Set(others)).toEqual(new Set(['train', 'test']))
    }
  })
})

describe('fileLevelSplit', () => {
  const paths = Array.from({ length: 2000 }, (_, n) => `tunes/${n}.mid`)

  it('holds out about the share asked for, by each path alone', () => {
    const splits = fileLevelSplit(paths, { validation: 0, test: 0.1 })
    const held = splits.filter((split) => split === 'test').length
    expect(held).toBeGreaterThan(160) // 200 +- 3 standard deviations of 13
    expect(held).toBeLessThan(240)
    expect(fileLevelSplit(paths.slice(500), { validation: 0, test: 0.1 })).toEqual(splits.slice(500))
  })
})
