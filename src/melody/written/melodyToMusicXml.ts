import { strToU8, type Zippable, zipSync } from 'fflate'
import { itemAt } from '../../support/itemAt.ts'
import { escapeText } from '../../support/text/escapeText.ts'
import type { Melody } from '../melody.ts'
import type { AbcOptions } from './melodyToAbc.ts'
import { isLow, LETTERS, noteOf, type ScoreKey, sharpsOf, spellings } from './spelling.ts'
import { markedPieces, metreOf, type WrittenMetre, type WrittenPiece, writtenBars } from './writtenBars.ts'

/** Note values by their length in quarter notes. */
const VALUES: Readonly<Record<number, string>> = {
  ...{ 4: 'whole', 2: 'half', 1: 'quarter', 0.5: 'eighth', 0.25: '16th', 0.125: '32nd', 0.0625: '64th' },
}

/**
 * A melody as a MusicXML 4.0 score of one part: one division per step, notes tied across bars and beats, in the clef and with
 * the signature that suit it. Read back it has the same notes.
 * @example melodyToMusicXml(melodyFromEvents([60, -2, -2, -2]), { title: 'One note' })
 */
export function melodyToMusicXml(melody: Melody, options: AbcOptions): string {
  const { title, qpm = 120, metre = metreOf(melody), marks } = options
  const key = options.key ?? { tonic: 0, mode: 'major' }
  const bars = writtenBars(melody)
  const marked = markedPieces(bars, marks)
  const spelled = spellings(key)
  const measures = bars.map((pieces, n) => {
    const notes = pieces.map((piece) => {
      const mark = marked.get(piece)
      const words = mark === undefined ? '' : direction(`<words>${lineOf(mark)}</words>`)
      return words + noteXml(piece, spelled, melody.stepsPerQuarter)
    })
    const head = n > 0 ? '' : attributes(melody, key, metre) + tempo(qpm)
    const end = n < bars.length - 1 ? '' : '<barline location="right"><bar-style>light-heavy</bar-style></barline>'
    return `<measure number="${n + 1}">\n${head}${notes.join('')}${end}</measure>\n`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">
<score-partwise version="4.0">
<work><work-title>${lineOf(title)}</work-title></work>
<identification><encoding><software>Cantus</software></encoding></identification>
<part-list><score-part id="P1"><part-name>Melody</part-name></score-part></part-list>
<part id="P1">
${measures.join('')}</part>
</score-partwise>
`
}

function attributes(melody: Melody, key: ScoreKey, { numerator, denominator }: WrittenMetre): string {
  const [sign, line] = isLow(melody.events) ? ['F', 4] : ['G', 2]
  return (
    `<attributes><divisions>${melody.stepsPerQuarter}</divisions>` +
    `<key><fifths>${sharpsOf(key)}</fifths><mode>${key.mode}</mode></key>` +
    `<time><beats>${numerator}</beats><beat-type>${denominator}</beat-type></time>` +
    `<clef><sign>${sign}</sign><line>${line}</line></clef></attributes>\n`
  )
}

const direction = (type: string, sound = ''): string =>
  `<direction placement="above"><direction-type>${type}</direction-type>${sound}</direction>\n`

const tempo = (qpm: number): string =>
  direction(
    `<metronome><beat-unit>quarter</beat-unit><per-minute>${qpm}</per-minute></metronome>`,
    `<sound tempo="${qpm}"/>`,
  )

function noteXml(piece: WrittenPiece, spelled: ReturnType<typeof spellings>, stepsPerQuarter: number): string {
  const { pitch, at, size, from, to } = piece
  const value = valueXml(size / stepsPerQuarter)
  if (pitch === null) return `<note><rest/><duration>${size}</duration><voice>1</voice>${value}</note>\n`
  const { letter, alteration, octave } = noteOf(pitch, spelled)
  const alter = alteration === 0 ? '' : `<alter>${alteration}</alter>`
  const ties = [...(at > from ? ['stop'] : []), ...(at + size < to ? ['start'] : [])]
  const tie = ties.map((type) => `<tie type="${type}"/>`).join('')
  const tied = ties.map((type) => `<tied type="${type}"/>`).join('')
  return (
    `<note><pitch><step>${itemAt(LETTERS, letter)}</step>${alter}<octave>${octave}</octave></pitch>` +
    `<duration>${size}</duration>${tie}<voice>1</voice>${value}` +
    `${tied === '' ? '' : `<notations>${tied}</notations>`}</note>\n`
  )
}

/** The value of a note, dotted or not; empty for a length without one. */
function valueXml(quarters: number): string {
  const plain = VALUES[quarters]
  if (plain !== undefined) return `<type>${plain}</type>`
  const dotted = VALUES[quarters / 1.5]
  return dotted === undefined ? '' : `<type>${dotted}</type><dot/>`
}

/** On one line. */
const lineOf = (text: string): string => escapeText(text.replace(/\s+/g, ' '))

const CONTAINER = `<?xml version="1.0" encoding="UTF-8"?>
<container><rootfiles><rootfile full-path="score.musicxml" media-type="application/vnd.recordare.musicxml+xml"/></rootfiles></container>
`

/** A MusicXML score compressed, as `.mxl` files hold it; the same bytes at any time. */
export function compressMusicXml(xml: string): Uint8Array {
  const files: Zippable = {
    mimetype: [strToU8('application/vnd.recordare.musicxml'), { level: 0 }],
    'META-INF/container.xml': strToU8(CONTAINER),
    'score.musicxml': strToU8(xml),
  }
  return zipSync(files, { mtime: '1980-01-01T12:00:00Z' })
}
