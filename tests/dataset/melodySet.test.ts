import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeMelodySet, encodeMelodySet, melodySetHashes } from '../../src/dataset/melodySet.ts'
import { sha256 } from '../../src/support/files.ts'

describe('a melody set', () => {
  it('comes back as it was, whatever the order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.string(), (names, other) => {
        const hashes = names.map((name) => sha256(name))
        const bytes = encodeMelodySet([...hashes, ...hashes])
        expect(bytes).toEqual(encodeMelodySet(hashes.toReversed()))
        const set = decodeMelodySet(bytes, 'x')
        expect(set.size).toBe(names.length)
        expect(hashes.every((hash) => set.has(hash))).toBe(true)
        expect(set.has(sha256(other))).toBe(names.includes(other))
        expect(encodeMelodySet(melodySetHashes(bytes, 'x'))).toEqual(bytes)
      }),
    )
  })

  it('names a file of something else', () => {
    const bytes = encodeMelodySet([sha256('a'), sha256('b')])
    expect(() => decodeMelodySet(bytes.subarray(1), 'some/file')).toThrow('some/file is not a list')
    expect(() => decodeMelodySet(new Uint8Array([...bytes.subarray(8), ...bytes.subarray(0, 8)]), 'f')).toThrow(
      'f is no',
    )
  })
})
