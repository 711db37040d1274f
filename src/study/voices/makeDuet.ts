import { basename, extname, join } from 'node:path'
import { chooseMode, learnMode, newBandit } from '../../duet/modeBandit.ts'
import { DUET_SETTINGS, type DuetSettings, type DuetState, type Partner, playDuet } from '../../duet/partner.ts'
import { type DuetSidecar, duetSidecarSchema } from '../../results/duetSidecar.ts'
import { writeMidi } from '../../score/writeMidi.ts'
import { createFolder } from '../../support/createFolder.ts'
import type { Effects } from '../../support/effects.ts'
import { UserError } from '../../support/errors.ts'
import { sha256, writeFileAtomic } from '../../support/files.ts'
import type { StudyFolders } from '../../support/projectRoot.ts'
import { mulberry32, seedFrom } from '../../support/random.ts'
import { readStoredIfThere } from '../../support/readStored.ts'
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
 * same options give the same bytes; a sidecar in place of the performer plays its duet again, by its own settings.
 * @throws UserError for a file or model that does not fit.
 */
export async function makeDuet(options: DuetOptions, { reporter }: Pick<Effects, 'reporter'>): Promise<MadeDuet> {
  const { performer: path, out, folders, model } = options
  if (path.endsWith('.json')) {
    const { sidecar, partner } = await openSidecar(path, folders)
    return writeDuet({ ...sidecar, ...linesOf(partner, sidecar) }, out)
  }
  const { partner, sha256: checkpointSha256 } = await openPartner(model, folders)
  const { events, stepsPerBar, qpm, ...performer } = await readPerformer(path, options.track, reporter)
  const { seed, adapt = false } = options
  const settings = { ...DUET_SETTINGS, ...options.settings, adapt }
  const { file, sha256: performerSha256, track } = performer
  const sidecar = {
    ...{ format: 'cantus-duet-1' as const, run: model, checkpointSha256, seed, qpm, stepsPerBar },
    ...{ performer: { file, sha256: performerSha256, track }, settings, heard: events },
  }
  return writeDuet({ ...sidecar, ...linesOf(partner, sidecar) }, out)
}

type Asked = Pick<DuetSidecar, 'settings' | 'seed' | 'stepsPerBar' | 'heard'>

/** What the partner plays, and the mode of each bar. */
function linesOf(partner: Partner, asked: Asked): Pick<DuetSidecar, 'played' | 'modes'> {
  const { seed, stepsPerBar, heard } = asked
  const { adapt, ...settings } = asked.settings
  const change = adapt ? adapting(stepsPerBar, seed) : () => null
  const { partner: played, modes } = playDuet(partner, heard, { grid: { stepsPerBar }, settings, seed, change })
  return { played, modes: modes.filter((_, step) => step % stepsPerBar === 0) }
}

async function openSidecar(
  path: string,
  folders: StudyFolders,
): Promise<{ readonly sidecar: Omit<DuetSidecar, 'midiSha256'>; readonly partner: Partner }> {
  const sidecar = await readStoredIfThere(path, duetSidecarSchema, 'name a sidecar that cantus duet wrote')
  if (sidecar === null) throw new UserError(`no file ${path}: name a MIDI or ABC file, or a sidecar of cantus duet`)
  const { partner, sha256: found } = await openPartner(sidecar.run, folders)
  if (found === sidecar.checkpointSha256) return { sidecar, partner }
  const [here, there] = [found, sidecar.checkpointSha256].map((hash) => hash.slice(0, 12))
  throw new UserError(
    `${path} was played by weights ${there}, ${sidecar.run} has ${here} now: bring back those weights`,
  )
}

async function writeDuet(duet: Omit<DuetSidecar, 'midiSha256'>, out: string): Promise<MadeDuet> {
  const { heard, played, qpm, stepsPerBar, performer, settings, seed } = duet
  const midi = writeMidi(twoVoiceScore([heard, played], { qpm, stepsPerBar }))
  createFolder(out)
  const name = `${basename(performer.file, extname(performer.file))}-${settings.adapt ? 'adapting' : settings.mode}-s${seed}`
  const path = join(out, `${name}.mid`)
  const sidecar = duetSidecarSchema.parse({ ...duet, midiSha256: sha256(midi) }) // in one order of fields
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
