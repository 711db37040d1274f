import { describe, expect, it } from 'vitest'
import {
  assignSplits,
  canonicalMelody,
  groupFiles,
  splitFamilies,
  type SplitFamily,
  type SplitFile,
} from '../../src/dataset/split.js'

const file = (path: string, canonical: string[] = [path], content = path): SplitFile => {
  return { path, sha256: content, canonical, style: null }
}

describe('canonicalMelody', () => {
  it('is intervals and the steps between onsets', () => {
    expect(canonicalMelody([60, -2, 62, -1, -2, 55])).toBe('2:2 -7:3')
  })

  it('is the same in another key, after a rest and with shorter notes', () => {
    expect(canonicalMelody([-2, 65, -1, 67, -2, -2, 60])).toBe(canonicalMelody([60, -2, 62, -1, -2, 55]))
  })

  it('tells rhythms apart', () => {
    expect(canonicalMelody([60, 62, -2])).not.toBe(canonicalMelody([60, -2, 62]))
  })

  it('is empty for fewer than two notes', () => {
    expect(canonicalMelody([-2, 60, -2])).toBe('')
  })
})

describe('groupFiles', () => {
  it('joins files that share content or a melody, also through a third', () => {
    const files = [
      file('a', ['m1']),
      file('b', ['m2']),
      file('c', ['m2', 'm1']),
      file('d', [], 'x'),
      file('e', [], 'x'),
      file('f'),
    ]
    expect(groupFiles(files)).toEqual([0, 0, 0, 3, 3, 5])
  })

  it('does not join files that could not be read, or melodies of one note', () => {
    expect(groupFiles([file('a', [], ''), file('b', [], ''), file('c', ['']), file('d', [''])])).toEqual([0, 1, 2, 3])
  })
})

describe('assignSplits', () => {
  const names = Array.from({ length: 2000 }, (_, n) => `tunes/${n}.mid`)

  it('holds out about the share asked for', () => {
    const test = assignSplits(
      names.map((name) => file(name)),
      0.1,
    ).filter((split) => split === 'test').length
    expect(test).toBeGreaterThan(160) // 200 +- 3 standard deviations of 13
    expect(test).toBeLessThan(240)
  })

  it('does not depend on the order or on the other files', () => {
    const all = new Map(
      assignSplits(
        names.map((name) => file(name)),
        0.1,
      ).map((split, n) => [names[n], split]),
    )
    const some = names.filter((_, n) => n % 3 === 0).reverse()
    assignSplits(
      some.map((name) => file(name)),
      0.1,
    ).forEach((split, n) => expect(split).toBe(all.get(some[n])))
  })

  it('puts the same tune on one side', () => {
    const pairs = names.flatMap((name) => [file(`x/${name}`, [name]), file(`y/${name}`, ['other', name].slice(1))])
    const splits = assignSplits(pairs, 0.5)
    for (let n = 0; n < pairs.length; n += 2) expect(splits[n]).toBe(splits[n + 1])
    expect(new Set(splits)).toEqual(new Set(['train', 'test']))
  })

  it('leaves neither side of a style without melodies where it has two groups', () => {
    const files = names.slice(0, 40).map((name, n) => ({ ...file(name), style: n < 2 ? 'jazz' : null }))
    for (const ratio of [0.001, 0.999]) {
      const splits = assignSplits(files, ratio)
      expect(new Set(splits.slice(0, 2))).toEqual(new Set(['train', 'test']))
      expect(new Set(splits.slice(2))).toEqual(new Set(['train', 'test']))
    }
  })

  it('holds nothing out at 0', () => {
    expect(
      new Set(
        assignSplits(
          names.map((name) => file(name)),
          0,
        ),
      ),
    ).toEqual(new Set(['train']))
  })
})

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

  it('hangs on the name alone', () => {
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
