import { describe, expect, it } from 'vitest'
import { collectionsSentence, scalesSentence, typicalSentences } from '../../src/charts/corpusSentences.ts'
import { corpusFile } from '../../src/results/corpusReport.ts'
import { musicalFile } from '../../src/results/musicalReport.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

const corpus = corpusFile.read(projectRoot)!
const music = musicalFile.read(projectRoot)!
const melodies = (train: number) => ({ train, validation: 0, test: 0 })

describe('the corpora in musical words', () => {
  it('name the largest collections with their shares, and count the rest', () => {
    const rows = [
      ...[4, 50, 20, 10, 15, 1].map((train, n) => ({ group: `c${n}`, melodies: melodies(train) })),
      { group: 'silent', melodies: melodies(0) },
    ]
    expect(collectionsSentence(rows, (source) => source.toUpperCase())).toBe(
      'What iteration 2.1 learns from, 100 melodies: 50% from C1, 20% from C2, 15% from C4, 10% from C3 and 5% from 2 more.',
    )
    expect(collectionsSentence(corpus.parts['2.1']!.sources, (source) => source)).toMatch(
      /^What iteration 2\.1 learns from, 16,695 melodies: 37% from polish-scores, 12% from palestrina-modal/,
    )
  })

  it('name the scales most melodies stand in', () => {
    expect(scalesSentence([5, 0, 2, 0, 0, 1, 0, 2, 0, 0, 0, 0])).toBe(
      'Most stand in the notes of C (50%), D (20%) and G (20%) major or its modes.',
    )
  })

  it('say what is typical by medians, and of the style where it was measured', () => {
    const [general, style] = typicalSentences(music)
    const range = music.metrics.find(({ id }) => id === 'pitchRange')!.sets['human general']!.percentiles[2]
    expect(general).toContain(`spans ${range} half steps`)
    expect(general).toMatch(/\d+% of its moves are steps, \d+% repeat the pitch and \d+% are leaps/)
    expect(style).toMatch(
      /^A typical melody of the style .* Tritones are \d+ in 1,000 of its moves, in general melodies \d+ in 1,000\.$/,
    )
    const withoutStyle = music.metrics.map(({ sets, ...rest }) => {
      const { 'human style': _style, ...others } = sets
      return { ...rest, sets: others }
    })
    expect(typicalSentences({ ...music, metrics: withoutStyle })).toEqual([general])
    expect(typicalSentences({ ...music, motion: [] })[1]).toMatch(/belong to one scale\.$/)
    expect(typicalSentences({ metrics: [], motion: [] })).toEqual([])
  })
})
