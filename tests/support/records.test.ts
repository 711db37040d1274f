import { describe, expect, it } from 'vitest'
import { both } from '../../src/support/both.ts'
import { messageOf } from '../../src/support/errors.ts'
import { itemWhere } from '../../src/support/itemAt.ts'
import { isRecord, keysOf, listOf, numberOf } from '../../src/support/records.ts'

describe('values whose type is not known', () => {
  it('are records only as objects, never as lists', () => {
    expect([{}, { a: 1 }, [], null, 'a', undefined].map(isRecord)).toEqual([true, true, false, false, false, false])
  })

  it('are numbers by name, or nothing', () => {
    expect(['step', 'best', 'none'].map((name) => numberOf({ step: 3, best: '3' }, name))).toEqual([
      3,
      undefined,
      undefined,
    ])
  })

  it('are lists as they are, or a list of one', () => {
    expect([listOf([1, 2]), listOf('a'), listOf(null)]).toEqual([[1, 2], ['a'], [null]])
  })
})

it('keeps the order of an object’s keys', () => {
  expect(keysOf({ b: 1, a: 2 })).toEqual(['b', 'a'])
})

it('makes two of two', () => {
  expect(both([-1, 2], Math.abs)).toEqual([1, 2])
})

it('finds the first item that is meant, and says when it is missing', () => {
  expect(itemWhere([1, 4, 6], (each) => each % 2 === 0)).toBe(4)
  expect(() => itemWhere([1, 3], (each) => each % 2 === 0)).toThrow(new RangeError('none of 2 items is meant'))
})

it('says an error in its own words', () => {
  expect([messageOf(new RangeError('no item 3')), messageOf('gone')]).toEqual(['no item 3', 'gone'])
})
