import { expect, it } from 'vitest'
import { pitchesPart, rhythmPart } from '../../../src/generation/control/locks.ts'
import { metreAccentPart, stepsOfBar, stepsPerBeat } from '../../../src/generation/control/metreAccent.ts'
import { nothingPlayed, played } from '../../../src/generation/control/played.ts'
import { repetitionPart } from '../../../src/generation/control/repetition.ts'
import { densityPart, rangePart, stepwisePart, tilt } from '../../../src/generation/control/tilts.ts'

const after = (events: readonly number[], from = 0, totalSteps = 64) =>
  events.reduce(played, nothingPlayed({ from, totalSteps }))

it('counts what was played, of what was added alone', () => {
  expect(after([60, -2, 62, 60, -1, 67], 2)).toEqual({
    ...{ step: 6, from: 2, totalSteps: 64, isSounding: true },
    line: [60, 62, 60, 67].map((pitch, n) => ({ pitch, step: [0, 2, 3, 5][n] })),
    ...{ notes: 3, stepwise: 2, lowest: 60, highest: 67 },
  })
})

it.each([
  ['2/4', 4, 8],
  ['3/4', 4, 12],
  ['4/4', 4, 16],
  ['6/8', 6, 12],
  ['9/8', 6, 18],
  ['12/8', 6, 24],
  ['3/8', 2, 6],
])('%s has a beat of %i steps and a bar of %i', (metre, beat, bar) => {
  const [numerator = 0, denominator = 0] = metre.split('/').map(Number)
  expect([stepsPerBeat({ numerator, denominator }), stepsOfBar({ numerator, denominator })]).toEqual([beat, bar])
})

it('tells 6/8 from 3/4 by where notes begin', () => {
  const noteAt = (metre: { numerator: number; denominator: number }) =>
    Array.from({ length: 12 }, (_, step) => metreAccentPart(metre, 1).adjust({ ...after([]), step }).kinds![2])
  expect(noteAt({ numerator: 3, denominator: 4 })).toEqual([1, -1, -0.5, -1, 1, -1, -0.5, -1, 1, -1, -0.5, -1])
  expect(noteAt({ numerator: 6, denominator: 8 })).toEqual([1, -1, -0.5, -1, -0.5, -1, 1, -1, -0.5, -1, -0.5, -1])
})

it('allows a kept rhythm alone, and no note-off in silence', () => {
  const rhythm = rhythmPart([60, -1, -2, 60], 8)
  expect(rhythm.adjust(after([])).kinds).toEqual([-Infinity, -Infinity, 0])
  expect(rhythm.adjust(after([60])).kinds).toEqual([-Infinity, 0, -Infinity])
  expect(rhythm.adjust(after([-2])).kinds).toEqual([0, -Infinity, -Infinity])
  expect(rhythm.adjust(after([60, -1, -2, 60])).kinds, 'holds to the end of its bar').toEqual([0, -Infinity, -Infinity])
  expect(rhythm.adjust(after(new Array<number>(8).fill(-2))).kinds).toEqual([-Infinity, -Infinity, 0])
})

it('allows the next of the kept pitches alone', () => {
  const { adjust } = pitchesPart([60, -2, 64])
  const allowed = (events: readonly number[]) =>
    [...Array.from(adjust(after(events)).pitches!).entries()]
      .filter(([, weight]) => weight === 0)
      .map(([pitch]) => pitch)
  expect([allowed([]), allowed([50]), allowed([50, 51])]).toEqual([[60], [64], [60]])
})

it('tilts by what is missing, within bounds', () => {
  expect([tilt(1, 0.5, 2), tilt(-9, 0.5, 2), tilt(9, 0.5, 2)]).toEqual([0.5, -2, 2])
  const weights = [
    [60, 60, 60, 60],
    [-2, -2, -2, -2],
  ].map((events) => densityPart(1).adjust(after(events)).kinds![2])
  expect(weights[0]).toBeLessThan(0)
  expect(weights[1]).toBeGreaterThan(0)
})

it('weighs moves of one and two semitones alone', () => {
  const { pitches } = stepwisePart(1).adjust(after([60, 67, 60]))
  const weighed = [...Array.from(pitches!).entries()].filter(([, weight]) => weight !== 0).map(([pitch]) => pitch)
  expect(weighed).toEqual([58, 59, 61, 62])
  expect(pitches![62]).toBeGreaterThan(0)
})

it('closes a range above and below what has sounded, and asks for all of it', () => {
  const { pitches } = rangePart(5).adjust(after([60, -2, 62, ...new Array<number>(61).fill(-2)]))
  expect([pitches![56], pitches![57], pitches![65], pitches![66]].map(Number.isFinite)).toEqual([
    false,
    true,
    true,
    false,
  ])
  expect(pitches![61]).toBe(0)
  expect(pitches![65]).toBeGreaterThan(pitches![63]!)
})

it('follows what came after the same move before, or avoids it', () => {
  // up a second after two steps, up a third after two, once more from D: then the third is due after two steps.
  const events = [60, -2, 62, -2, 66, -2, 62, -2, 64, -2]
  const more = repetitionPart(1)
  expect(more.adjust(after(events.slice(0, -1))).kinds![2], 'waits').toBeLessThan(0)
  expect(more.adjust(after(events)).kinds![2]).toBeGreaterThan(0)
  expect(more.adjust(after(events)).pitches![68]).toBeGreaterThan(0)
  const repeated = [...events, 68, -2]
  expect(repetitionPart(0).adjust(after([...repeated, 64, -2, 66, -2])).pitches![70]).toBeLessThan(0)
})
