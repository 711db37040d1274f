import { type Voice, VOICES } from '../../../src/charts/palette.ts'
import type { RollMelody } from '../../../src/charts/pianoRoll.ts'
import { isOneOf } from '../../../src/support/records.ts'
import { heldOutGroups, loadHeldOut, performerWords } from './heldOut.ts'
import { homeScore } from './homeScore.ts'
import { href } from './links.ts'
import { melodyName, melodyOf } from './melodies.ts'
import { tunedMelody } from './study.ts'

/** A melody that a chapter lets sound beside what it claims. */
export interface NamedSound {
  readonly title: string
  readonly voice: Voice
  readonly roll: RollMelody
  readonly stepsPerBar: number
  readonly mp3: string
  /** Where all about it stands; null for what has no page. */
  readonly page: string | null
}

/**
 * The melody of a name: `home:2.1`, the front page's tune by that voice; `starter-8:person`; `it_2.2_bach_nr_3`;
 * `rl_tuner/it_rl_tuner_after_modal_nr_1`. Null where it is not published.
 */
export function namedSound(name: string): NamedSound | null {
  if (name.startsWith('rl_tuner/')) return tuned(name)
  return name.includes(':') ? heldOut(name) : published(name)
}

function heldOut(name: string): NamedSound | null {
  const [tune = '', by = ''] = name.split(':')
  const report = loadHeldOut()
  const wanted = tune === 'home' ? homeScore()?.primer.name : tune
  const found = report === null ? undefined : heldOutGroups(report).find(({ primer }) => primer.name === wanted)
  const melody = found?.melodies.find(({ continuation }) => continuation.by === by)
  if (melody === undefined || !isOneOf(VOICES, by)) return null
  const { primer, continuation, id } = melody
  return {
    title: `${primer.title}, continued by ${performerWords(by)}`,
    voice: by,
    roll: { events: continuation.events, primerSteps: primer.events.length },
    stepsPerBar: primer.stepsPerBar,
    mp3: href(`melodies/starter/${id}.mp3`),
    page: href(`unseen/#${id}`),
  }
}

function tuned(name: string): NamedSound | null {
  const melody = tunedMelody(name)
  if (melody === null) return null
  const words = name.includes('_after_') ? 'after tuning' : 'before tuning'
  return {
    title: `${melodyName(melody)}, ${words}`,
    voice: '2.1',
    roll: { events: melody.sidecar.events, primerSteps: melody.sidecar.primerEvents.length },
    stepsPerBar: 16,
    mp3: href(`melodies/${name}.mp3`),
    page: null,
  }
}

function published(name: string): NamedSound | null {
  const melody = melodyOf(name)
  const voice = melody?.sidecar.iteration
  if (melody === undefined || !isOneOf(VOICES, voice)) return null
  return {
    title: `${melodyName(melody)}, by iteration ${voice}`,
    voice,
    roll: { events: melody.sidecar.events, primerSteps: melody.sidecar.primerEvents.length },
    stepsPerBar: 16,
    mp3: href(`melodies/${melody.folder}/${melody.id}.mp3`),
    page: href(`melodies/${melody.id}/`),
  }
}
