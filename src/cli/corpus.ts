import type { Command } from 'commander'
import { extractionBy, type PolyphonyPolicy } from '../study/corpusJob.ts'
import { policyOption, registerCorpusBuild } from './corpusBuild.ts'
import { registerCorpusExport } from './corpusExport.ts'
import { registerCorpusReport } from './corpusReport.ts'
import { registerCorpusSources } from './corpusSources.ts'
import { registerCorpusStarter } from './corpusStarter.ts'
import { registerCorpusVoices } from './corpusVoices.ts'
import { runMelodies } from './melodies.ts'
import { nowSpelled } from '../support/terminal/nowSpelled.ts'

/** `cantus corpus list|fetch|card|build|merge|stats|report|starter|voices|export`. */
export function registerCorpus(program: Command): void {
  const corpus = program.command('corpus').description('fetch music, turn it into melodies, see what was dropped')
  registerCorpusSources(corpus)
  registerCorpusBuild(corpus)
  registerCorpusReport(corpus)
  registerCorpusStarter(corpus)
  registerCorpusVoices(corpus)
  registerCorpusExport(corpus)
  corpus
    .command('explain', { hidden: true })
    .argument('<file>')
    .addOption(policyOption())
    .option('--json')
    .action(async (file: string, { policy, json }: { json?: true; policy: PolyphonyPolicy }) => {
      nowSpelled(file, 'corpus explain', policy === 'loose' ? 'melodies FILE --ignore-polyphonic' : 'melodies FILE')
      const unreadable = await runMelodies([file], { ...extractionBy(policy), ...(json && { json }) })
      if (unreadable > 0) process.exitCode = 1
    })
}
