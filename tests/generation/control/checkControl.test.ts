import { expect, it } from 'vitest'
import { checkControl } from '../../../src/generation/control/checkControl.ts'
import type { Control } from '../../../src/results/control.ts'

const drawing = { temperature: 1, beamSize: 1, branchFactor: 1 }
const cDorian = { root: 0, mode: 'dorian', hard: true } as const

it.each<[Control, string]>([
  [{ density: 5 }, 'a density of 5 cannot be written'],
  [{ range: -1 }, 'a range of -1 semitones'],
  [{ stepwise: 2 }, 'a share of 2 moves by step'],
  [{ repetition: -1 }, 'a share of -1 repeated notes'],
  [{ density: NaN }, 'a density of NaN'],
  [{ rhythm: [-2, -2] }, 'the rhythm to keep has no notes'],
  [{ pitches: [-1] }, 'whose pitches to keep has no notes'],
  [{ rhythm: [60], density: 1 }, 'leave out the density of 1, or the rhythm'],
  [{ rhythm: [60], accent: 1 }, 'leave out the accent of 1, or the rhythm'],
  [{ key: cDorian, pitches: [60, 64] }, 'hold E4, which is not in C dorian: make the key soft'],
  [{ pitches: [60], range: 12 }, 'kept pitches have their own range'],
  [{ pitches: [60], stepwise: 1 }, 'kept pitches have their own steps and leaps'],
  [{ range: 0, stepwise: 0.5 }, 'a range of 0 semitones is one pitch'],
  // One pitch, the range of a third, and a mode.
  [{ pitches: [60], range: 4, key: cDorian }, 'kept pitches have their own range'],
])('%j cannot be met: %s', (control, message) => {
  expect(() => checkControl(control, drawing)).toThrow(message)
})

it.each<Control>([
  {},
  { range: 0 },
  { range: 4, key: cDorian },
  { rhythm: [60], pitches: [60, 64], key: { ...cDorian, hard: false } },
  { density: 0, stepwise: 1, repetition: 1 },
])('%j can be met', (control) => {
  expect(() => checkControl(control, drawing)).not.toThrow()
})
