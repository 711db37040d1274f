import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { starterPerformers } from '../../../src/duet/starterPerformers.ts'
import { duetSidecarSchema } from '../../../src/results/duetSidecar.ts'
import { publishedDuetsFile } from '../../../src/results/publishedDuets.ts'
import { requiredResult } from './fullScale.ts'
import { href } from './links.ts'
import { once } from './once.ts'
import { studyRoot } from './studyRoot.ts'

/** Both lines of a duet, one event per step, and its sound. */
export interface DuetSound {
  readonly title: string
  readonly performer: readonly number[]
  readonly partner: readonly number[]
  /** Null where it has no sound, or people played it. */
  readonly mp3: string | null
}

/** The published duets and the people's own second voice, which comes last; null where none are published. */
export const duetSounds = once(
  (): { readonly title: string; readonly stepsPerBar: number; readonly duets: DuetSound[] } | null => {
    const report = requiredResult(publishedDuetsFile)
    const performer = starterPerformers.find(({ name }) => name === report?.performer)
    if (report === null || performer === undefined) return null
    const { title, stepsPerBar, events, people } = performer
    const duets = report.duets.map(({ mode, clock, file }): DuetSound => {
      const sidecar = duetSidecarSchema.parse(
        JSON.parse(readFileSync(join(studyRoot(), file.replace(/\.mid$/, '.json')), 'utf8')),
      )
      const mp3 = file.replace(/\.mid$/, '.mp3')
      return {
        title: `${mode.replaceAll('-', ' ')}${clock === 'committed' ? ', a step ahead' : ''}`,
        ...{ performer: sidecar.heard, partner: sidecar.played },
        mp3: existsSync(join(studyRoot(), mp3)) ? href(mp3.replace(/^generated_melodies/, 'melodies')) : null,
      }
    })
    const byPeople =
      people === null ? [] : [{ title: 'as the composer wrote it', performer: events, partner: people, mp3: null }]
    return { title, stepsPerBar, duets: [...duets, ...byPeople] }
  },
)
