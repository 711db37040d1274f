import { basename, extname, join } from 'node:path'
import { chooseMode, learnMode, newBandit } from '../../duet/modeBandit.ts'
import { DUET_SETTINGS, type DuetSettings, type DuetState, playDuet } from '../../duet/partner.ts'
import { type DuetSidecar } from '../../results/duetSidecar.ts'
import { writeMidi } from '../../score/writeMidi.ts'
import { createFolder } from '../../support/createFolder.ts'
import type { Effects } from '../../support/effects.ts'
import { sha256, writeFileAtomic } from '../../support/files.ts'
import type { StudyFolders } from '../../support/projectRoot.ts'
import { mulberry32, seedFrom } from '../../support/random.ts'
import { readableJson } from '../../support/readableJson.ts'
import { openPartner } from './openPartner.ts'
import { twoVoiceScore } from './passageMidi.ts'
import { readPerformer } from './readPerformer.ts'

/** A duet with a performer from a file. */
export interface DuetOptions {
  readonly performer: string
  readonly model: string
  readonly settings: Partial<DuetSettings>
  readonly seed: number
  readonly track?: number
  /** Chooses the mode of each bar by how the performer answered it. */
  readonly adapt?: boolean
  readonly out: string
  readonly folders: StudyFolders
}

/** A duet on disk. */
export interface MadeDuet {
  readonly path: string
  readonly sidecar: DuetSidecar
}

/**
 * Plays with the performer of a file, and writes both lines as MIDI, the performer's on the first track, with a sidecar beside it. The
 * same options give the same bytes.
 * @throws UserError for a file or model that does not fit.
 */
export async function makeDuet(options: DuetOptions, { reporter }: Pick<Effects, 'reporter'>): Promise<MadeDuet> {
  const { seed, out, adapt = false } = options
  const settings = { ...DUET_SETTINGS, ...options.settings }
  const { partner, sha256: checkpointSha256 } = await openPartner(options.model, options.folders)
  const performer = await readPerformer(options.performer, options.track, reporter)
  const { events, stepsPerBar, qpm } = performer
  const change = adapt ? adapting(stepsPerBar, seed) : () => null
  const { partner: played, modes } = playDuet(partner, events, { grid: { stepsPerBar }, settings, seed, change })
  const midi = writeMidi(twoVoiceScore([events, played], { qpm, stepsPerBar }))
  const sidecar: DuetSidecar = {
    ...{ format: 'cantus-duet-1', run: options.model, checkpointSha256, seed, qpm, stepsPerBar },
    performer: { file: performer.file, sha256: performer.sha256, track: performer.track },
    settings: { ...settings, range: [...settings.range], adapt },
    ...{ heard: [...events], played: [...played], midiSha256: sha256(midi) },
    modes: modes.filter((_, step) => step % stepsPerBar === 0),
  }
  createFolder(out)
  const name = `${basename(performer.file, extname(performer.file))}-${adapt ? 'adapting' : settings.mode}-s${seed}`
  const path = join(out, `${name}.mid`)
  await writeFileAtomic(path, midi)
  await writeFileAtomic(join(out, `${name}.json`), readableJson(sidecar))
  return { path, sidecar }
}

/** Chooses a mode at each bar line; a bar is rewarded where the performer went on playing in it. */
function adapting(stepsPerBar: number, seed: number): (step: number, state: DuetState) => Partial<DuetSettings> | null {
  const random = mulberry32(seedFrom(seed, 'modes'))
  let bandit = newBandit()
  let played = 0
  return (step, { settings, performer }) => {
    if (performer.event === 'begins') played += 1
    if (step % stepsPerBar !== 0) return null
    if (step > 0) bandit = learnMode(bandit, settings.mode, played > 1 ? 1 : 0)
    played = 0
    return { mode: chooseMode(bandit, random) }
  }
}
