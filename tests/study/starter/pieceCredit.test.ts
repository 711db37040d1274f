import { describe, expect, it } from 'vitest'
import { pieceCredit } from '../../../src/study/starter/pieceCredit.ts'

const of = (collection: string, path: string, title: string | null = null) =>
  pieceCredit(collection, { origin: `owner/repository@0123456789ab:${path}`, title })

describe('pieceCredit', () => {
  it('reads the names of Irish tunes apart', () => {
    const title = (name: string): string => of('cre-irish', `cre_corpus/MIDI/${name}.mid`).title
    expect(title('DublinLassesreelThe')).toBe('The Dublin Lasses reel')
    expect(title('ATripToGalway')).toBe('A Trip To Galway')
    expect(title('GreenFieldsofRossbeighreelThe')).toBe('The Green Fields of Rossbeigh reel')
    expect(title('MaidintheRushesreelThe')).toBe('The Maid in the Rushes reel')
    expect(title('GanderatthePratieHoleThe')).toBe('The Gander at the Pratie Hole')
    expect(title('BrianBorumhasMarch')).toBe('Brian Borumhas March')
  })

  it('names song, set and composer of a song', () => {
    const song = 'scores/Schubert,_Franz/Winterreise,_D.911/23_Die_Nebensonnen/lc5014002.mxl'
    expect(of('openscore-lieder-vocal', song, 'Winterreise')).toEqual({
      title: 'Die Nebensonnen (Winterreise, D.911)',
      composer: 'Franz Schubert',
    })
    const alone = 'scores/Thys,_Pauline/_/Petit_nègre/lc6670960.mxl'
    expect(of('openscore-lieder-vocal', alone)).toEqual({ title: 'Petit nègre', composer: 'Pauline Thys' })
  })

  it('turns the names of a catalogue round', () => {
    const path = 'pl-kk/kern/pl-kk--kk-i-6--037-005_palestrina-giovanni-pierluigi-da--missa-inviolata-agnus-dei.krn'
    expect(of('polish-scores', path)).toEqual({
      title: 'Missa inviolata agnus dei',
      composer: 'Giovanni Pierluigi da Palestrina',
    })
    expect(of('polish-scores', 'pl-sa/kern/pl-sa--549-a-ix-29--030_anonim--dumka.krn')).toEqual({
      title: 'Dumka',
      composer: null,
    })
  })

  it('says that a song is traditional', () => {
    const path = 'dataset/[Traditional]/Shady_Grove/Shady_Grove.mxl'
    expect(of('openewld', path, 'Shady Grove')).toEqual({ title: 'Shady Grove', composer: 'traditional' })
  })
})
