import { describe, expect, it } from 'vitest'
import { tuneIdOf } from '../../src/corpus/tuneIds.ts'

describe('tuneIdOf', () => {
  it.each([
    ['performances/asap/Bach__Fugue__bwv_846__Shi05M.mid', 'asap:Bach__Fugue__bwv_846'],
    ['performances/asap/Balakirev__Islamey__Na08M.mid', 'asap:Balakirev__Islamey'],
    ['performances/asap/Haydn__Keyboard_Sonatas__50-1_no_repeat__Gorucan01.mid', 'asap:Haydn__Keyboard_Sonatas__50-1'],
    ['performances/asap/Beethoven__Piano_Sonatas__29-4__DANILO01.mid', 'asap:Beethoven__Piano_Sonatas__29-4'],
    ['performances/asap/Beethoven__Piano_Sonatas__31-1__HUAN_B01.mid', 'asap:Beethoven__Piano_Sonatas__31-1'],
    ['performances/vienna4x22/Mozart_K331_1st-mov_p07.mid', 'vienna4x22:Mozart_K331_1st-mov'],
    ['style/film-ghibli/nostalgic__nausicaa_lotw-4.mid', 'ghibli:nausicaa_lotw'],
    ['style/film-ghibli/any__nausicaa_lotw.mid', 'ghibli:nausicaa_lotw'],
  ])('%s is %s', (path, id) => expect(tuneIdOf(path)).toBe(id))

  it('is the same for a solo as played and on sixteenths', () => {
    const solo = tuneIdOf('style/jazz-solos-weimar/ArtPepper_Anthropology_FINAL.mid')
    expect(solo).toBe(tuneIdOf('style/jazz-solos-weimar-16th/ArtPepper_Anthropology_FINAL.mid'))
    expect(solo).not.toBeNull()
  })

  it('is null where the collection has no such names', () => {
    expect(tuneIdOf('general/pop909/POP909__001__001.mid')).toBeNull()
    expect(tuneIdOf('performances/asap/readme.mid')).toBeNull()
    expect(tuneIdOf('x.mid')).toBeNull()
  })
})
