import manifest from '../../../package.json' with { type: 'json' }
import { existsSync } from 'node:fs'
import { type ListeningTest, readListeningTest } from '../../../src/evaluation/listening/listeningItems.ts'
import { listeningBlocks } from '../../../src/evaluation/listening/listeningBlocks.ts'
import { listeningSoundPath } from '../../build/listeningSounds.ts'
import { href } from './links.ts'
import { once } from './once.ts'
import { publishFile } from './publishFile.ts'
import { required } from './fullScale.ts'
import { studyRoot } from './studyRoot.ts'
import type { ListeningPlan } from '../scripts/listening/listeningPlan.ts'

/** The listening test on the published continuations; null where they or their sounds are missing. */
export const loadListeningTest = once((): ListeningTest | null => {
  const test = readListeningTest(studyRoot())
  const isWhole = test !== null && listeningSounds(test).every((id) => existsSync(soundPath(id)))
  return required('listening test', isWhole ? test : null, 'cantus study starter writes its continuations')
})

/** The names of all its sounds, sorted: beginnings and continuations are not told apart. */
export const listeningSounds = ({ groups }: ListeningTest): string[] =>
  groups.flatMap(({ sound, items }) => [sound.id, ...items.map(({ id }) => id)]).sort()

/** Where the builder put a sound. */
export const soundPath = (id: string): string => listeningSoundPath(studyRoot(), id)

/** Publishes what the page needs to know, and no more: which sounds belong together, not who made them. Returns its address. */
export function publishPlan({ id, groups }: ListeningTest): string {
  const sounds = groups.flatMap(({ sound, items }) => [sound, ...items]).sort((a, b) => (a.id < b.id ? -1 : 1))
  const plan: ListeningPlan = {
    test: id,
    sounds: href('listening/'),
    firstSeconds: Object.fromEntries(sounds.map((each) => [each.id, each.firstSeconds])),
    blocks: listeningBlocks({ groups }),
  }
  return publishFile(JSON.stringify(plan), 'json')
}

const { bugs }: { readonly name: string; readonly bugs?: { readonly url: string } } = manifest
/** Where votes may be sent: the project's list of issues, if package.json names one. */
export const issuesAddress: string | null = bugs?.url ?? null
