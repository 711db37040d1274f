import { describe, expect, it } from 'vitest'
import { cut } from '../../src/model/cut.ts'

describe('cut', () => {
  const probabilities = Float64Array.of(0.1, 0.4, 0.2, 0.2, 0.1)

  it.each([
    [1, null, [0, 0.4, 0, 0, 0]],
    [2, null, [0, 0.4, 0.2, 0, 0]], // of two equal ones the lower label
    [3, null, [0, 0.4, 0.2, 0.2, 0]],
    [9, null, [0.1, 0.4, 0.2, 0.2, 0.1]],
    [null, 0.3, [0, 0.4, 0, 0, 0]], // at least one
    [null, 0.4, [0, 0.4, 0, 0, 0]], // exactly the share is enough
    [null, 0.5, [0, 0.4, 0.2, 0, 0]],
    [null, 1, [0.1, 0.4, 0.2, 0.2, 0.1]],
    [3, 0.75, [0, 0.4, 0.2, 0, 0]], // top-p of what top-k leaves: .4 + .2 of .8 is exactly that share
  ])('top-k %s, top-p %s', (topK, topP, expected) => {
    expect([...cut(probabilities, topK, topP)]).toEqual(expected)
  })
})
