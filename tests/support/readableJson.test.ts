import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readableJson } from '../../src/support/readableJson.ts'

describe('readableJson', () => {
  it('keeps innermost lists and rows on one line', () => {
    const value = { name: 'a\nb [c]', events: [60, -2], rows: [{ step: 1, loss: 2 }], none: [] }
    expect(readableJson(value)).toBe(
      '{\n "name": "a\\nb [c]",\n "events": [60, -2],\n "rows": [\n  {"step": 1, "loss": 2}\n ],\n "none": []\n}\n',
    )
  })

  it('is the same value again', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(readableJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
})
