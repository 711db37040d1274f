import type { Command } from 'commander'
import { profileFiles, profileText } from '../evaluation/musicalProfile.ts'
import { humanReference } from '../study/musicalStudy.ts'
import { withJson, withResultsFolder } from './options.ts'
import { resultsThere } from '../study/studyResults.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { printResult } from '../support/terminal/printLines.ts'

/** Options of `cantus profile` as commander parses them. */
export interface Flags {
  readonly results?: string
  readonly json?: boolean
}

/** Profiles files and prints the result. */
export async function runProfile(paths: readonly string[], { results, json }: Flags): Promise<void> {
  const effects = cliEffects()
  const { folders } = await resultsThere({ results }, effects)
  printResult(await profileFiles(paths, humanReference(folders.root), effects), json, profileText)
}

/** `cantus profile PATHS` */
export function registerProfile(program: Command): void {
  withJson(withResultsFolder(program.command('profile')))
    .description(
      'profile melodies and compare them with human ones: repetition, motifs, key, motion, rhythm, structure',
    )
    .argument('<paths...>', 'scores (MIDI, ABC, MusicXML, NoteSequences), or folders of them')
    .action(runProfile)
}
