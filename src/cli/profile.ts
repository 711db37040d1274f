import type { Command } from 'commander'
import { profileFiles, profileText } from '../evaluation/musicalProfile.ts'
import { humanReference } from '../study/musicalStudy.ts'
import { withJson, withResultsFolder } from './options.ts'
import { resultsThere } from '../study/studyResults.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { printResult } from '../support/terminal/printLines.ts'

export interface Flags {
  readonly results?: string
  readonly json?: boolean
}

export async function runProfile(paths: readonly string[], { results, json }: Flags): Promise<void> {
  const effects = cliEffects()
  const { folders } = await resultsThere({ results }, effects)
  printResult(await profileFiles(paths, humanReference(folders.root), effects), json, profileText)
}

/** `cantus profile PATHS` */
export function registerProfile(program: Command): void {
  withJson(withResultsFolder(program.command('profile')))
    .description('a musical profile of melodies: repetition, motifs, key, motion, rhythm, structure, beside human ones')
    .argument('<paths...>', 'MIDI or ABC files, or folders of them')
    .action(runProfile)
}
