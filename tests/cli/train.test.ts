import { describe, expect, it } from 'vitest'
import { transferFolders } from '../../src/cli/train.js'

describe('transferFolders', () => {
  it('takes the corpus as the style where no style is given', () => {
    expect(transferFolders({ iteration: '2.2', corpus: ['mine'], style: [] })).toEqual({
      corpus: ['mine'],
      style: ['mine'],
    })
  })

  it('leaves folders alone where there is a style, no corpus, or an iteration without a style', () => {
    const given = { corpus: ['mine'], style: ['jazz'] }
    expect(transferFolders({ iteration: '2.2', ...given })).toEqual(given)
    expect(transferFolders({ iteration: '2.2', corpus: [], style: [] })).toEqual({ corpus: [], style: [] })
    expect(transferFolders({ iteration: '1', corpus: ['mine'], style: [] })).toEqual({ corpus: ['mine'], style: [] })
  })
})
