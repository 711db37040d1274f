import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeMelodySet } from '../../src/dataset/melodySet.ts'
import { eventsOfRuns, runsOfEvents, stepsOfRuns } from '../../src/dataset/noteRuns.ts'
import { sketchMelody } from '../../src/dataset/sketch.ts'
import { parseStarter, STARTER_FILES, STARTER_FOLDER, type StarterFileName } from '../../src/results/starterSet.ts'
import { goTheirOwnWay } from '../../src/dataset/twoVoices.ts'
import { STARTER_RULES } from '../../src/study/starter/passageCandidates.ts'
import { STARTER_COUNTS } from '../../src/study/starterSet.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

const textOf = (name: string): string => readFileSync(join(projectRoot, STARTER_FOLDER, name), 'utf8')
const read = <Name extends StarterFileName>(name: Name) => parseStarter(name, textOf(`${name}.json`))

describe('the starter set', () => {
  it('is at most 150 kB, readme included', () => {
    const names = readdirSync(join(projectRoot, STARTER_FOLDER))
    expect(names.sort()).toEqual(['README.md', 'melodies.json', 'passages.json', 'tunes.json'])
    const bytes = names.reduce((sum, name) => sum + Buffer.byteLength(textOf(name)), 0)
    expect(bytes).toBeLessThanOrEqual(150_000)
  })

  it.each(STARTER_FILES)(
    '%s: as many pieces as promised, each once, with a title, a source, a free licence and credit',
    (name) => {
      const file = read(name)
      expect(file.pieces).toHaveLength(STARTER_COUNTS[name])
      expect(new Set(file.pieces.map(({ id }) => id)).size).toBe(file.pieces.length)
      for (const piece of file.pieces) {
        const { source, licence, credit } = file.collections[piece.collection]!
        expect(piece.title).not.toMatch(/_|undefined/)
        expect([source, credit].every((text) => text.length > 5)).toBe(true)
        expect(licence).toMatch(/^(CC0 1\.0|CC BY 4\.0( \/ Unlicense)?|Public domain)$/)
      }
    },
  )

  it('has no piece twice among tunes, passages and melodies', () => {
    const files = STARTER_FILES.flatMap((name) => read(name).pieces.map(({ id }) => id.replace(/\/[\d+]+$/, '')))
    expect(new Set(files).size).toBe(files.length)
  })

  it('stores notes that come back the same', () => {
    const voices = [
      ...read('tunes').pieces.map(({ notes }) => notes),
      ...read('melodies').pieces.map(({ notes }) => notes),
      ...read('passages').pieces.flatMap(({ upper, lower }) => [upper, lower]),
    ]
    for (const notes of voices) expect(runsOfEvents(eventsOfRuns(notes))).toEqual(notes)
  })

  it('has tunes of 12 bars at least and the first 8 bars of melodies', () => {
    for (const { notes, stepsPerBar } of read('tunes').pieces)
      expect(stepsOfRuns(notes) / stepsPerBar).toBeGreaterThanOrEqual(12)
    for (const { notes, stepsPerBar } of read('melodies').pieces) expect(stepsOfRuns(notes) / stepsPerBar).toBe(8)
  })

  it('has passages of 8 bars whose voices go their own way', () => {
    for (const { upper, lower, stepsPerBar } of read('passages').pieces) {
      expect(stepsOfRuns(upper) / stepsPerBar).toBe(8)
      expect(goTheirOwnWay(eventsOfRuns(upper), eventsOfRuns(lower), STARTER_RULES)).toBe(true)
    }
  })

  it('differs in what it was chosen to differ in', () => {
    const tunes = read('tunes').pieces
    const values = (key: 'metre' | 'mode' | 'collection'): number => new Set(tunes.map((piece) => piece[key])).size
    expect(values('metre')).toBeGreaterThanOrEqual(5)
    expect(values('mode')).toBeGreaterThanOrEqual(4)
    expect(values('collection')).toBe(4)
  })

  it.each(['1', '2.1'])('holds out its tunes from model %s', (model) => {
    const path = join(projectRoot, `report/results/checkpoints/${model}.trained-on.bin`)
    const seen = decodeMelodySet(readFileSync(path), path)
    const known = read('tunes').pieces.filter(({ notes }) => seen.has(sketchMelody(eventsOfRuns(notes)).canonicalHash))
    expect(known.map(({ title }) => title)).toEqual([])
  })
})

describe('parseStarter', () => {
  const tunes = JSON.parse(textOf('tunes.json')) as {
    readonly pieces: readonly { readonly notes: readonly number[] }[]
  }
  const [first] = tunes.pieces

  it.each([
    ['another format', { format: 'x' }, 'invalid format: "x"'],
    ['no rule', { rule: undefined }, 'invalid rule: missing'],
    ['no credit', { collections: {} }, 'expected each collection to be described'],
    ['half a note', { pieces: [{ ...first, notes: first!.notes.slice(1) }] }, 'invalid pieces.0.notes'],
  ])('names what is wrong: %s', (_, change, message) => {
    const damaged = JSON.stringify({ ...tunes, ...change })
    expect(() => parseStarter('tunes', damaged)).toThrow(message)
    expect(() => parseStarter('tunes', damaged)).toThrow('data/starter/tunes.json')
  })

  it('refuses what is not JSON', () => {
    expect(() => parseStarter('tunes', '{')).toThrow('not JSON')
  })
})
