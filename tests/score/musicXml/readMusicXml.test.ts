import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { decodeMusicXml } from '../../../src/score/musicXml/decodeMusicXml.ts'
import { MUSIC_XML_LIMITS } from '../../../src/score/musicXml/musicXmlError.ts'
import { readMusicXml } from '../../../src/score/musicXml/readMusicXml.ts'

const ATTRIBUTES =
  '<attributes><divisions>2</divisions><time><beats>2</beats><beat-type>4</beat-type></time></attributes>'
const note = (step: string, duration = 2, more = ''): string =>
  `<note>${more.startsWith('<chord/>') ? '<chord/>' : ''}<pitch><step>${step[0]}</step>${step.includes('#') ? '<alter>1</alter>' : ''}<octave>4</octave></pitch><duration>${duration}</duration>${more.replace('<chord/>', '')}</note>`
const measure = (content: string): string => `<measure>${content}</measure>`
const part = (measures: readonly string[], id = 'P1'): string =>
  `<part id="${id}">${measures.map(measure).join('')}</part>`
const score = (...parts: readonly string[]): string =>
  `<?xml version="1.0"?><score-partwise><part-list><score-part id="P1"><part-name>Flute</part-name></score-part></part-list>${parts.join('')}</score-partwise>`
const pitches = (xml: string): number[] => readMusicXml(xml).notes.map(({ pitch }) => pitch)
/** C, D, E … as the pitches of one measure each. */
const played = (...measures: readonly string[]): string =>
  pitches(score(part([`${ATTRIBUTES}${measures[0]}`, ...measures.slice(1)])))
    .map((pitch) => ({ 60: 'C', 62: 'D', 64: 'E', 65: 'F', 67: 'G', 69: 'A' })[pitch])
    .join('')
const half = (step: string): string => note(step, 4)
const barline = (content: string): string => `<barline>${content}</barline>`
const REPEAT = barline('<repeat direction="backward"/>')
const ending = (number: string, type: string, repeat = ''): string =>
  barline(`<ending number="${number}" type="${type}"/>${repeat}`)
const BACK = '<repeat direction="backward"/>'

describe('readMusicXml', () => {
  it('reads pitches, lengths, chords, rests, metre, key, tempo and names', () => {
    const first = `<attributes><divisions>2</divisions><key><fifths>-3</fifths><mode>minor</mode></key><time><beats>3</beats><beat-type>4</beat-type></time></attributes><direction><sound tempo="60"/></direction>`
    const read = readMusicXml(
      score(
        part([
          `${first}${note('C#')}${note('E', 2, '<chord/>')}<note><rest/><duration>2</duration></note>${note('G')}`,
        ]),
      ),
    )
    expect(read.notes.map(({ pitch, startSeconds, endSeconds }) => [pitch, startSeconds, endSeconds])).toEqual([
      [61, 0, 1],
      [64, 0, 1],
      [67, 2, 3],
    ])
    expect(read).toMatchObject({
      tempos: [{ timeSeconds: 0, qpm: 60 }],
      timeSignatures: [{ timeSeconds: 0, numerator: 3, denominator: 4 }],
      keySignatures: [{ timeSeconds: 0, key: 0, mode: 'minor' }],
      instrumentNames: ['Flute'],
      totalSeconds: 3,
    })
  })

  it('joins tied notes and sounds transposed parts where they sound', () => {
    const transposed =
      '<attributes><divisions>2</divisions><transpose><chromatic>-2</chromatic></transpose></attributes>'
    const tied = `${transposed}${note('D', 4, '<tie type="start"/>')}`
    expect(readMusicXml(score(part([tied, note('D', 2, '<tie type="stop"/>')]))).notes).toMatchObject([
      { pitch: 60, startSeconds: 0, endSeconds: 1.5 },
    ])
  })

  it('gives every voice of every part an instrument and a name', () => {
    const two = `${ATTRIBUTES}${note('G', 4, '<voice>1</voice>')}<backup><duration>4</duration></backup>${note('C', 4, '<voice>2</voice>')}`
    const read = readMusicXml(score(part([two]), part([`${ATTRIBUTES}${half('E')}`], 'P2')))
    expect(read.instrumentNames).toEqual(['Flute, voice 1', 'Flute, voice 2', 'P2'])
    expect(read.notes.map(({ instrument, pitch, startSeconds }) => [instrument, pitch, startSeconds])).toEqual([
      [0, 67, 0],
      [1, 60, 0],
      [2, 64, 0],
    ])
  })

  it('leaves out grace notes and cues', () => {
    const grace = '<note><grace/><pitch><step>A</step><octave>4</octave></pitch></note>'
    const cue = '<note><cue/><pitch><step>A</step><octave>4</octave></pitch><duration>2</duration></note>'
    expect(pitches(score(part([`${ATTRIBUTES}${grace}${half('C')}${cue}`])))).toEqual([60])
  })

  it('plays repeats, endings and jumps as they are written', () => {
    const forward = barline('<repeat direction="forward"/>')
    expect(played(half('C'), `${half('D')}${REPEAT}`, half('E'))).toBe('CDCDE')
    expect(played(half('C'), `${forward}${half('D')}`, `${half('E')}${REPEAT}`, half('F'))).toBe('CDEDEF')
    expect(
      played(
        half('C'),
        `${ending('1', 'start')}${half('D')}${ending('1', 'stop', BACK)}`,
        `${ending('2', 'start')}${half('E')}${ending('2', 'stop')}`,
        half('F'),
      ),
    ).toBe('CDCEF')
    expect(
      played(
        half('C'),
        `${ending('1, 2', 'start')}${half('D')}${ending('1, 2', 'stop', BACK)}`,
        `${ending('3', 'start')}${half('E')}${ending('3', 'discontinue')}`,
      ),
    ).toBe('CDCDCE')
    expect(played(`${half('C')}<sound fine="yes"/>`, half('D'), `${half('E')}<sound dacapo="yes"/>`, half('F'))).toBe(
      'CDEC',
    )
    expect(
      played(
        half('C'),
        `<sound segno="s"/>${half('D')}<sound tocoda="c"/>`,
        `${half('E')}<sound dalsegno="s"/>`,
        `<sound coda="c"/>${half('F')}`,
      ),
    ).toBe('CDEDF')
    expect(played(half('C'), `${half('D')}${barline('<repeat direction="backward" times="3"/>')}`)).toBe('CDCDCD')
  })

  it('reads scores whose measures enclose the parts', () => {
    const xml = `<score-timewise><measure><part id="P1">${ATTRIBUTES}${half('C')}</part></measure><measure><part id="P1">${half('D')}</part></measure></score-timewise>`
    expect(pitches(xml)).toEqual([60, 62])
  })

  it('names what is not a score', () => {
    expect(() => readMusicXml('<project/>')).toThrow('it is not a MusicXML score: its root is <project>')
    expect(() => readMusicXml('<score-partwise/>')).toThrow('it has no part')
    expect(() => readMusicXml('<score-partwise>')).toThrow(/^it is not XML: /)
    expect(() => readMusicXml(score(part([`${ATTRIBUTES}<note><rest/></note>`])))).toThrow('has no duration')
  })

  it('refuses bombs in one line', () => {
    const entities = `<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>${score(part([half('C')]))
      .replace('Flute', '&b;&b;')
      .slice(21)}`
    expect(() => readMusicXml(entities)).toThrow(/^it is not XML: .*entity/i)
    const many = Array.from({ length: 10_000 }, (_, n) => part([half('C')], `P${n}`))
    expect(() => readMusicXml(score(...many))).toThrow(`limit-parts: 10000 parts, more than ${MUSIC_XML_LIMITS.parts}`)
    const again = barline('<repeat direction="backward" times="100"/>')
    const measures = Array.from(
      { length: 300 },
      (_, n) => `${n === 0 ? ATTRIBUTES : ''}${half('C')}${n % 2 ? again : ''}`,
    )
    const nested = Array.from({ length: 3 }, () => measures).flat()
    expect(() => readMusicXml(score(part(nested)))).toThrow(/^limit-measures: /)
    expect(() => readMusicXml('<a>'.repeat(200_000))).toThrow(/^it is not XML: /)
  })
})

describe('decodeMusicXml', () => {
  const xml = score(part([`${ATTRIBUTES}${half('C')}`]))
  const bytes = new TextEncoder().encode(xml)

  it('opens the score that the container of a compressed file names', () => {
    const container = '<container><rootfiles><rootfile full-path="in/s.xml"/></rootfiles></container>'
    const zip = zipSync({ 'META-INF/container.xml': new TextEncoder().encode(container), 'in/s.xml': bytes })
    expect(decodeMusicXml(zip)).toEqual(readMusicXml(xml))
    expect(decodeMusicXml(zipSync({ 'other.musicxml': bytes }))).toEqual(readMusicXml(xml))
  })

  it('reads UTF-16', () => {
    const utf16 = Uint8Array.from([0xff, 0xfe, ...[...xml].flatMap((sign) => [sign.charCodeAt(0), 0])])
    expect(decodeMusicXml(utf16)).toEqual(readMusicXml(xml))
  })

  it('refuses a zip file without a score, a damaged one, and one that unpacks to too much', () => {
    expect(() => decodeMusicXml(zipSync({ 'a.txt': bytes }))).toThrow('the zip file holds no score')
    expect(() => decodeMusicXml(zipSync({ 's.xml': bytes }).slice(0, 60))).toThrow(/^the zip file is damaged: /)
    const bomb = zipSync({ 's.xml': new Uint8Array(MUSIC_XML_LIMITS.bytes + 1) })
    expect(() => decodeMusicXml(bomb)).toThrow(/^limit-bytes: s.xml unpacks to 25165825 bytes/)
  })
})
