import { starterPrimers } from '../../../src/generation/starterPrimers.ts'
import { controlMelodiesFile } from '../../../src/results/controlMelodies.ts'
import { requiredResult } from './fullScale.ts'
import { once } from './once.ts'
import { melodyAt, type PublishedMelody } from './study.ts'

/** A melody that was held to something. */
export interface ControlSound {
  readonly melody: PublishedMelody
  readonly title: string
  readonly asked: string
  /** Null where there was nothing to hold to. */
  readonly bitsPerNote: number | null
}

const TITLES: Readonly<Record<string, string>> = {
  ...{ free: 'Free', key: 'Key of the primer', mode: 'Another mode', metre: 'Metre', rhythm: 'Kept rhythm' },
  ...{ pitches: 'Kept pitches', density: 'Density', range: 'Range', stepwise: 'Steps', repetition: 'Repetition' },
  ...{ dial: 'Style dial', rewrite: 'Two bars drawn again' },
}

/** One primer with each control; null where they were not made. The free melody is the first. */
export const controlSounds = once(
  (): { readonly tune: string; readonly iteration: string; readonly melodies: ControlSound[] } | null => {
    const report = requiredResult(controlMelodiesFile)
    if (report === null) return null
    const melodies = report.melodies.flatMap(({ control, asked, file }): ControlSound[] => {
      const melody = melodyAt(file)
      if (melody === null) return []
      const bitsPerNote = melody.sidecar.controlCost?.bitsPerNote ?? null
      return [{ melody, title: TITLES[control] ?? control, asked, bitsPerNote }]
    })
    const tune = starterPrimers.find(({ choice }) => choice === report.primer)?.title ?? report.primer
    return { tune, iteration: report.iteration, melodies }
  },
)
