import { readFile } from 'node:fs/promises'
import type { CorpusFile } from '../../corpus/listFolders.ts'
import { scoreToMelodies } from '../../dataset/scoreToMelodies.ts'
import type { ExtractionConfig } from '../../config/experimentConfig.ts'
import type { Melody } from '../../melody/melody.ts'
import { readMidi } from '../../score/readMidi.ts'
import { splitOnTimeChanges } from '../../score/splitOnTimeChanges.ts'

/** A stretch of a score in one metre and tempo, with its melodies. */
export interface ScoreStretch {
  readonly metre: string
  readonly qpm: number
  /** In the order of the file; `n` numbers them over all stretches, as ids do. */
  readonly melodies: readonly { readonly n: number; readonly melody: Melody }[]
}

/** The stretches of a MIDI file, as the data set takes its melodies from them. */
export async function openPieces({ location }: CorpusFile, extraction: ExtractionConfig): Promise<ScoreStretch[]> {
  const score = readMidi(await readFile(location))
  let n = 0
  return splitOnTimeChanges(score).map((part) => {
    const { numerator, denominator } = part.timeSignatures[0] ?? { numerator: 4, denominator: 4 }
    const melodies = scoreToMelodies(part, extraction).flatMap((each) => each.melodies)
    return {
      metre: `${numerator}/${denominator}`,
      qpm: part.tempos[0]?.qpm ?? 120,
      melodies: melodies.map((melody) => ({ n: n++, melody })),
    }
  })
}
