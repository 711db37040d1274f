import { describe, expect, it } from 'vitest'
import type { CorpusFile } from '../../src/corpus/listFolders.ts'
import { filesOfShard, parseShard } from '../../src/dataset/shard.ts'
import { UserError } from '../../src/support/errors.ts'

describe('parseShard', () => {
  it('reads i/n', () => {
    expect(parseShard('1/1')).toEqual({ index: 1, of: 1 })
    expect(parseShard('3/8')).toEqual({ index: 3, of: 8 })
  })

  it.each(['0/4', '5/4', '4', '1/0', '-1/4', '1/4/2', 'a/b', '', '1/1000000000', '1.5/4'])('refuses %s', (text) => {
    expect(() => parseShard(text)).toThrow(UserError)
    expect(() => parseShard(text)).toThrow(/write i\/n with i from 1 to n/)
  })
})

describe('filesOfShard', () => {
  const files = ['a', 'b', 'c', 'd', 'e'].map((path) => ({ path }) as CorpusFile)
  const names = (index: number, of: number) => filesOfShard(files, { index, of }).map(({ path }) => path)

  it('deals the files out like cards', () => {
    expect([names(1, 2), names(2, 2)]).toEqual([
      ['a', 'c', 'e'],
      ['b', 'd'],
    ])
    expect([1, 2, 3, 4, 5, 6, 7].map((index) => names(index, 7).length)).toEqual([1, 1, 1, 1, 1, 0, 0])
  })
})
