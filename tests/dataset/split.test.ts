import { describe, expect, it } from 'vitest'
import { assignSplits, canonicalMelody, groupFiles, type SplitFile } from '../../src/dataset/split.js'

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
