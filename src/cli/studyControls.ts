import { counted } from '../support/text/counted.ts'
import type { Command } from 'commander'
import { controlMelodiesFile } from '../results/controlMelodies.ts'
import { CONTROL_MELODIES, makeControlMelodies } from '../study/controlMelodies.ts'
import { resultsThere } from '../study/studyResults.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { withJson, withResultsFolder } from './options.ts'

/** `cantus study controls` */
export function registerStudyControls(study: Command): void {
  withJson(withResultsFolder(study.command('controls')))
    .description(`continue one held-out primer freely and with each control (${controlMelodiesFile.path})`)
    .action(async ({ results, json }: { readonly results?: string; readonly json?: boolean }) => {
      const effects = cliEffects()
      const made = await makeControlMelodies((await resultsThere({ results }, effects)).folders, effects)
      printResult(
        made,
        json,
        () =>
          `${counted(made.melodies.length, 'melody', 'melodies')} in ${CONTROL_MELODIES}; ${controlMelodiesFile.path}`,
      )
    })
}
