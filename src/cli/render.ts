import type { Command } from 'commander'
import { choice, withJson } from './options.ts'
import { BITRATES, DEFAULT_BITRATE } from '../audio/encodeMp3.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { itemWhere } from '../support/itemAt.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { render } from '../audio/renderPaths.ts'
import { renderText } from '../audio/renderText.ts'

interface Flags {
  readonly force: boolean
  readonly bitrate: string
  readonly json?: true
}

/** `cantus render FOLDER|FILE…` */
export function registerRender(program: Command): void {
  withJson(program.command('render'))
    .description('render MIDI files with a SoundFont, an MP3 beside each')
    .argument('<path...>', 'MIDI files, or folders of them')
    .option('--force', 'also render files that have a newer MP3', false)
    .addOption(
      choice('--bitrate <kbps>', 'kilobits per second of the mono MP3', BITRATES.map(String)).default(
        String(DEFAULT_BITRATE),
      ),
    )
    .action(async (paths: string[], { force, bitrate, json }: Flags) => {
      const report = await render(
        { paths, force, bitrate: itemWhere(BITRATES, (each) => String(each) === bitrate) },
        cliEffects(),
      )
      printResult(report, json, renderText)
      if (report.failed.length > 0) process.exitCode = 1
    })
}
