import { melodyFromEvents, type Melody } from '../../../src/melody/melody.ts'
import { type AbcOptions, melodyToAbc } from '../../../src/melody/written/melodyToAbc.ts'
import { melodyToMusicXml } from '../../../src/melody/written/melodyToMusicXml.ts'
import { type HeardMelody, melodyFacts, melodyGroups, melodyName } from './melodies.ts'
import { once } from './once.ts'

/** A melody as it is written down: with its name, key and tempo, and a mark where the model takes over. */
export function melodyToWrite({ melody, iteration }: HeardMelody): { melody: Melody; options: AbcOptions } {
  const { sidecar } = melody
  const { stepsPerQuarter } = iteration.result.config.data.extraction
  return {
    melody: melodyFromEvents(sidecar.events, { stepsPerBar: 4 * stepsPerQuarter, stepsPerQuarter }),
    options: {
      ...{
        title: `${melodyName(melody)}, iteration ${iteration.name}`,
        key: melodyFacts(melody).key,
        qpm: sidecar.qpm,
      },
      marks: [{ from: sidecar.conditionedOn.length, text: 'model' }],
    },
  }
}

const WRITERS = { abc: melodyToAbc, musicxml: melodyToMusicXml } as const

/** Formats in which every melody with a page can be fetched besides MIDI. */
export const SCORE_KINDS = ['musicxml', 'abc'] as const satisfies readonly (keyof typeof WRITERS)[]

/** The scores of all melodies that have a page, by their paths beside the MIDI files; written when asked for. */
export const melodyScores = once((): ReadonlyMap<string, () => string> => {
  const all = melodyGroups().flatMap(({ rows }) => rows.flatMap(({ heard }) => heard))
  return new Map(
    all.flatMap((heard) =>
      SCORE_KINDS.map((kind): [string, () => string] => {
        const write = (): string => {
          const { melody, options } = melodyToWrite(heard)
          return WRITERS[kind](melody, options)
        }
        return [`${heard.melody.folder}/${heard.melody.id}.${kind}`, write]
      }),
    ),
  )
})
