import type { Command } from 'commander'
import { writeStarterSet } from '../study/starterSet.ts'
import { projectRoot, requireCheckout, studyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { printLines } from '../support/terminal/printLines.ts'
import { STARTER_FOLDER } from '../results/starterSet.ts'

/** `cantus corpus starter`. */
export function registerCorpusStarter(corpus: Command): void {
  corpus
    .command('starter')
    .description(`choose the starter set from the shared corpora and write it to ${STARTER_FOLDER}`)
    .action(async () => {
      requireCheckout('cantus corpus starter')
      const sizes = await writeStarterSet(studyFolders(), projectRoot, cliEffects())
      const total = Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0)
      printLines([
        ...Object.entries(sizes).map(([path, bytes]) => `${path}  ${bytes.toLocaleString('en')} bytes`),
        `${total.toLocaleString('en')} bytes`,
      ])
    })
}
