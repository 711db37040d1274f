import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DUET_MODES } from '../../config/duetModes.ts'
import { starterPerformers } from '../../duet/starterPerformers.ts'
import type { DuetSettings } from '../../duet/partner.ts'
import { melodyFromEvents } from '../../melody/melody.ts'
import { melodyToNoteSequence } from '../../melody/melodyToNoteSequence.ts'
import { type PublishedDuets, publishedDuetsFile } from '../../results/publishedDuets.ts'
import { writeMidi } from '../../score/writeMidi.ts'
import type { Effects } from '../../support/effects.ts'
import { replaceFolder } from '../../support/folders.ts'
import { inScratchFolder } from '../../support/inScratchFolder.ts'
import { itemAt } from '../../support/itemAt.ts'
import type { StudyFolders } from '../../support/projectRoot.ts'
import { makeDuet } from './makeDuet.ts'

/** Where they lie, below the folder of the results. */
export const PUBLISHED_DUETS = 'generated_melodies/duets'
/** The first passage of the starter set, which has a second voice by people as well. */
const [MODEL, PERFORMER] = ['3.3', 'passage:1']
const SEED = 1

type Asked = Pick<DuetSettings, 'mode' | 'clock'>
/** Each mode at once; and a step ahead, what that takes away from a rule. */
const ASKED: readonly Asked[] = [
  ...DUET_MODES.map((mode): Asked => ({ mode, clock: 'at-once' })),
  { mode: 'third-below', clock: 'committed' },
]
const nameOf = ({ mode, clock }: Asked): string => (clock === 'at-once' ? mode : `${mode}-ahead`)

/**
 * One performer under each mode of the partner: MIDI with sidecars in `generated_melodies/duets`, which is replaced as a whole, and
 * `report/results/duets.json`. Nothing is chosen by ear: all have the same seed.
 * @throws UserError where the second voice is not published.
 */
export async function publishDuets(folders: StudyFolders, effects: Effects): Promise<PublishedDuets> {
  const performer = itemAt(
    starterPerformers.filter(({ name }) => name === PERFORMER),
    0,
  )
  return inScratchFolder('duets', async (scratch) => {
    const path = join(scratch, `${PERFORMER.replace(':', '-')}.mid`)
    const { stepsPerBar, qpm } = performer
    const line = melodyToNoteSequence(melodyFromEvents(performer.events, { stepsPerBar }), { qpm })
    await writeFile(path, writeMidi(line))
    const common = { performer: path, model: MODEL, seed: SEED, out: scratch, folders }
    const report = { format: 'cantus-duets-1' as const, run: MODEL, performer: PERFORMER, seed: SEED }
    const write = async (fresh: string): Promise<PublishedDuets> => {
      const duets: PublishedDuets['duets'][number][] = []
      let checkpointSha256 = ''
      for (const asked of ASKED) {
        const made = await makeDuet({ ...common, settings: asked }, effects)
        for (const end of ['.mid', '.json'])
          await writeFile(join(fresh, `${nameOf(asked)}${end}`), await readFile(made.path.replace(/\.mid$/, end)))
        duets.push({ ...asked, file: `${PUBLISHED_DUETS}/${nameOf(asked)}.mid` })
        checkpointSha256 = made.sidecar.checkpointSha256
      }
      return { ...report, checkpointSha256, duets }
    }
    const target = join(folders.root, PUBLISHED_DUETS)
    const published = await replaceFolder({ target, nowMs: effects.now(), write })
    await publishedDuetsFile.write(folders.root, published)
    return published
  })
}
