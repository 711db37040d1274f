import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Families, type FamilyFile, familyFinder, normalTitle } from '../../src/dataset/families.ts'
import { sketchMelody } from '../../src/dataset/sketch.ts'
import { UserError } from '../../src/support/errors.ts'
import { mulberry32 } from '../../src/support/random.ts'
import { higher, walk } from './walk.ts'

const file = (path: string, melodies: readonly (readonly number[])[], rest: Partial<FamilyFile> = {}): FamilyFile => ({
  path,
  sha256: `content of ${path}`,
  source: 'lakh',
  title: null,
  tuneId: null,
  sketches: melodies.map(sketchMelody),
  ...rest,
})

function assignFamilies(files: readonly FamilyFile[]): Families {
  const finder = familyFinder()
  for (const each of files) finder.add(each)
  return finder.families()
}

describe('familyFinder', () => {
  it('joins transposed copies', () => {
    const tune = walk(3, 40)
    const { family, edges } = assignFamilies([
      file('b', [higher(tune, 7)]),
      file('a', [tune]),
      file('c', [walk(4, 40)]),
    ])
    expect(family).toEqual(['a', 'a', 'c'])
    expect(edges).toEqual({ content: 0, melody: 1, near: 0, tune: 0, title: 0 })
  })

  it('joins copies that differ in one note of forty, through a third file too', () => {
    // a changed last note changes 1 token and with it 1 of 32 shingles: 31 of 33 shared
    const [one, two] = [walk(5, 40), walk(5, 40)]
    two[78] = one[78]! + 1
    const three = [...two]
    three[0] = two[0]! + 1
    const { family, edges } = assignFamilies([file('a', [one]), file('b', [two]), file('c', [three])])
    expect(family).toEqual(['a', 'a', 'a'])
    expect(edges.near).toBe(2)
  })

  it('does not join unlike melodies, short ones or those of files that gave none', () => {
    const short = walk(6, 15)
    const files = [file('a', [walk(7, 40), short]), file('b', [walk(8, 40), short]), file('c', []), file('d', [])]
    expect(assignFamilies(files).family).toEqual(['a', 'b', 'c', 'd'])
  })

  it('joins equal content, but not files that could not be read', () => {
    const files = [
      file('a', [], { sha256: 'x' }),
      file('b', [], { sha256: 'x' }),
      file('c', [], { sha256: '' }),
      file('d', [], { sha256: '' }),
    ]
    expect(assignFamilies(files)).toMatchObject({ family: ['a', 'a', 'c', 'd'], edges: { content: 1 } })
  })

  it('joins the settings of a tune, whatever their source', () => {
    const files = [
      file('a', [], { tuneId: '7' }),
      file('b', [], { tuneId: '7' }),
      file('c', [], { tuneId: '7', source: 'other' }),
      file('f', [], { tuneId: '8' }),
      file('d', [], { tuneId: '' }),
      file('e', [], { tuneId: '' }),
    ]
    expect(assignFamilies(files)).toMatchObject({ family: ['a', 'a', 'a', 'f', 'd', 'e'], edges: { tune: 2 } })
  })

  it('joins titles across tune collections only, and never an empty one', () => {
    const kyrie = { title: 'Kyrie', source: 'palestrina-modal' }
    const files = [
      file('a', [], { title: 'The Blackbird.', source: 'oneills1850' }),
      file('b', [], { title: 'BLACKBIRD, The', source: 'general/ryans-mammoth' }),
      file('c', [], { title: 'Blackbird', source: 'lakh' }),
      file('d', [], kyrie),
      file('e', [], kyrie),
      file('f', [], { title: '?', source: 'oneills1850' }),
      file('g', [], { title: '', source: 'oneills1850' }),
    ]
    const { family, edges } = assignFamilies(files)
    expect(family).toEqual(['a', 'a', 'c', 'd', 'e', 'f', 'g'])
    expect(edges.title).toBe(1)
  })

  it('takes a title on more than twenty files for no title', () => {
    const jigs = Array.from({ length: 21 }, (_, n) => file(`${n}`, [], { title: 'Jig', source: 'nottingham' }))
    expect(new Set(assignFamilies(jigs).family).size).toBe(21)
    expect(new Set(assignFamilies(jigs.slice(1)).family).size).toBe(1)
  })

  it('does not depend on the order of the files', () => {
    const melodies = Array.from({ length: 6 }, (_, n) => walk(n % 3, 24 + 8 * (n >> 1)))
    const fileArbitrary = fc.record({
      melodies: fc.array(fc.constantFrom(...melodies), { maxLength: 2 }),
      title: fc.constantFrom(null, 'Jig', 'Reel'),
      content: fc.nat({ max: 12 }),
    })
    fc.assert(
      fc.property(fc.array(fileArbitrary, { maxLength: 12 }), fc.integer(), (drawn, seed) => {
        const files = drawn.map(({ melodies: held, title, content }, n) =>
          file(`f${n}`, held, { title, source: 'nottingham', sha256: `${content}` }),
        )
        const random = mulberry32(seed)
        const other = files.map((entry) => ({ entry, rank: random.next() })).sort((a, b) => a.rank - b.rank)
        const expected = assignFamilies(files)
        const found = assignFamilies(other.map(({ entry }) => entry))
        const byPath = new Map(other.map(({ entry }, n) => [entry.path, found.family[n]]))
        expect(files.map(({ path }) => byPath.get(path))).toEqual(expected.family)
        expect(found.edges).toEqual(expected.edges)
        expect(found.largest).toEqual(expected.largest)
      }),
      { numRuns: 60 },
    )
  })

  it('reports the ten largest families and refuses one above 5% of two hundred files', () => {
    const files = Array.from({ length: 200 }, (_, n) => file(`${1000 + n}`, [], { sha256: n < 10 ? 'x' : `${n}` }))
    const { largest } = assignFamilies(files)
    expect(largest).toHaveLength(10)
    expect(largest.slice(0, 2)).toEqual([
      { family: '1000', files: 10 },
      { family: '1010', files: 1 },
    ])
    const eleven = files.map((entry, n) => (n === 10 ? { ...entry, sha256: 'x' } : entry))
    expect(() => assignFamilies(eleven)).toThrow(UserError)
    expect(() => assignFamilies(eleven)).toThrow('1000 holds 11 of 200 files')
    expect(assignFamilies(eleven.slice(0, 199)).largest[0]?.files).toBe(11)
  })
})

describe('normalTitle', () => {
  it('drops case, accents, punctuation and an article', () => {
    expect(normalTitle('The Blackbird.')).toBe('blackbird')
    expect(normalTitle('Blackbird, The')).toBe('blackbird')
    expect(normalTitle("O’Neill's  March")).toBe('oneills march')
    expect(normalTitle('Égalité')).toBe('egalite')
    expect(normalTitle('The')).toBe('the')
    expect(normalTitle('...')).toBe('')
    expect(normalTitle(null)).toBe('')
  })
})
