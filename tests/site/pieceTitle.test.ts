import { describe, expect, it } from 'vitest'
import { sharedArchives } from '../../src/corpus/sharedSources.ts'
import { collectionTitle, pieceInCollection, pieceTitle } from '../../site/src/lib/pieceTitle.ts'

describe('pieceTitle', () => {
  it.each([
    ['general/ryans-mammoth/RoryOMoreJig__0001.mid/0', 'Rory O More Jig'],
    ['general/airds-airs/book3__0027.mid/0', 'book3, tune 27'],
    ['general/pop909/POP909__302__302.mid/0', 'POP909, 302, 302'],
    ['general/cre-irish/cre_corpus__MIDI__McDonaghsReel2.mid/0', 'Mc Donaghs Reel2'],
    ['style/game-freedoom/musics__d_map10.mid/3', 'd map10, melody 4'],
    [
      'general/polish-scores/pl-sa__kern__pl-sa--228-a-vi-32--001-007_luna-georgius--litania-ex-d-mater-amabilis.mid/1',
      'Luna georgius: Litania ex d mater amabilis, melody 2',
    ],
    ['performances/vienna4x22/Chopin_op38_p01.mid', 'Chopin op38 p01'],
  ])('%s', (id, title) => expect(pieceTitle(id)).toBe(title))

  it('stands beside the title of its collection', () => {
    expect(pieceInCollection('general/nottingham/jigs54.mid/0')).toBe('jigs54 (Nottingham folk tunes)')
    expect(collectionTitle('film')).toBe('film')
  })
})

describe('collections', () => {
  it('differ by their titles', () => {
    const titles = sharedArchives.flatMap(({ collections }) => collections.map(({ title }) => title))
    expect(new Set(titles).size).toBe(titles.length)
  })
})
