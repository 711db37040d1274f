import { describe, expect, it } from 'vitest'
import { generateRequest, parseBars, parseMetre } from '../../src/study/generateAsked.ts'

const asked = { count: 1, seed: 1 } as unknown as Parameters<typeof generateRequest>[0]

describe('parseBars', () => {
  it.each([
    ['1-4', { first: 1, last: 4 }],
    [' 7 ', { first: 7, last: 7 }],
    ['12-12', { first: 12, last: 12 }],
  ])('reads %j', (text, range) => expect(parseBars(text)).toEqual(range))

  it.each(['0-4', '4-1', 'a', '', '1-', '1-2000000', '1.5', '-3'])('refuses %j with an example', (text) =>
    expect(() => parseBars(text, '--rewrite')).toThrow(
      `invalid --rewrite: ${text} (first and last bar, counted from 1, such as 1-4)`,
    ),
  )
})

describe('parseMetre', () => {
  it('reads a metre that melodies can be written in', () =>
    expect(parseMetre('6/8')).toEqual({ numerator: 6, denominator: 8 }))

  it.each(['7/8', '4', '', '0/4', '4/4/4'])('refuses %j with the metres there are', (text) =>
    expect(() => parseMetre(text)).toThrow(`invalid --metre: ${text} (one of 4/4, 3/4, 2/4, 6/8, 9/8, 12/8)`),
  )
})

describe('generateRequest', () => {
  it('continues one note where no primer is named, and stands in for groups of primers', () => {
    expect(generateRequest(asked)).toMatchObject({ primers: ['onenote'], topK: null })
    expect(generateRequest({ ...asked, primer: ['all'] }).primers).toHaveLength(7)
    const { primers } = generateRequest({ ...asked, primer: ['starter', 'song.mid#2'] })
    expect(primers).toHaveLength(13)
    expect([primers[0], primers.at(-1)]).toEqual(['starter:1', 'song.mid#2'])
  })

  it('gathers what melodies are held to, drawn again by, and drawn between', () => {
    expect(generateRequest(asked)).not.toHaveProperty('control')
    const held = generateRequest({ ...asked, key: 'primer', softKey: true, density: 1.5 })
    expect(held.control).toEqual({ key: 'primer', softKey: true, density: 1.5 })
    const bars = { first: 5, last: 6 }
    expect(generateRequest({ ...asked, rewrite: bars }).rewrite).toEqual({ bars })
    expect(generateRequest({ ...asked, rewrite: bars, candidates: 4 }).rewrite).toEqual({ bars, candidates: 4 })
    const dial = generateRequest({ ...asked, styleDial: 0.5 }).dial!
    expect(dial).toEqual({ style: 0.5, by: dial.by })
    const toward = generateRequest({ ...asked, styleDial: 0.5, toward: 'other', dialBy: 'weights' })
    expect(toward.dial).toEqual({ style: 0.5, by: 'weights', toward: 'other' })
  })

  it.each([
    [{ softKey: true }, '--soft-key is a part of --key: add that, such as --key primer'],
    [{ candidates: 3 }, '--candidates is a part of --rewrite: add that, such as --rewrite 5-6'],
    [{ toward: '3.2' }, '--toward is a part of --style-dial: add that, such as --style-dial 0.5'],
    [{ dialBy: 'weights' }, '--dial-by is a part of --style-dial: add that, such as --style-dial 0.5'],
  ] as const)('refuses the part %j of what was left out', (part, message) =>
    expect(() => generateRequest({ ...asked, ...part })).toThrow(message),
  )
})
