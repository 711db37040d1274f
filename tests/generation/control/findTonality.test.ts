import { expect, it } from 'vitest'
import { findTonality } from '../../../src/generation/control/findTonality.ts'
import { parseKey } from '../../../src/generation/control/keyText.ts'
import { primers } from '../../../src/generation/primers.ts'
import { starterPrimers } from '../../../src/generation/starterPrimers.ts'

it.each([
  ['major', { root: 0, mode: 'ionian' }],
  ['bach', { root: 7, mode: 'ionian' }],
] as const)('finds the key of the primer %s', (name, key) => {
  expect(findTonality(primers[name])).toEqual(key)
})

it('finds the root and mode of nearly all held-out tunes', () => {
  const found = starterPrimers.filter(({ tune, tonic, mode }) => {
    const tonality = findTonality(tune)
    return tonality?.root === tonic && tonality.mode === mode
  })
  expect(found.length).toBeGreaterThanOrEqual(11)
})

it('has no key without notes', () => {
  expect(findTonality([-2, -2])).toBeNull()
})

it.each([
  ['D dorian', { root: 2, mode: 'dorian' }],
  [' f# Aeolian ', { root: 6, mode: 'aeolian' }],
  ['Bb', { root: 10, mode: 'ionian' }],
  ['Am', { root: 9, mode: 'aeolian' }],
  ['Eb major', { root: 3, mode: 'ionian' }],
  ['c minor', { root: 0, mode: 'aeolian' }],
])('reads %s', (text, key) => {
  expect(parseKey(text)).toEqual(key)
})

it.each(['', 'H', 'D blues', 'C#b', 'primer'])('refuses %s in one line', (text) => {
  expect(() => parseKey(text)).toThrow(/^unknown (key|mode|root) "[^\n]*": (name|use) [^\n]*$/)
})
