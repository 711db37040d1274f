import { createServer } from 'node:http'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { chromium } from 'playwright-core'
import { exportModel } from '../../src/generation/exportModel.ts'
import { openModelFile } from '../../src/generation/modelFile.ts'
import { continueMelody, plainSampling } from '../../src/generation/continueMelody.ts'
import { findChromium } from '../../site/build/chromium.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { mulberry32 } from '../../src/support/random.ts'
import { eventsOfNotes } from '../../src/melody/melody.ts'

const STEPS = 48
const PRIMER = [60, -2, 62, -2, 64, -2, 65, -2, 67, -2, -2, -2, 65, -2, 64, -2]

/** The likeliest continuation by MusicRNN in Chromium and by this project, for the published model 1. */
export async function magentaJsRow(): Promise<string> {
  const source = join(projectRoot, 'report/results/checkpoints/1.safetensors')
  const out = mkdtempSync(join(tmpdir(), 'cantus-magenta-js-'))
  await exportModel({ source, format: 'magenta-js', out })
  const theirs = eventsOfNotes(await continuedByMusicRnn(out), STEPS)
  const { model } = await openModelFile(source)
  const greedy = { ...plainSampling, topK: 1, totalSteps: PRIMER.length + STEPS }
  const ours = (await continueMelody(model, PRIMER, greedy, mulberry32(1))).events.slice(PRIMER.length)
  const same = ours.filter((event, step) => event === theirs[step]).length
  return `loaded, ${same} of ${STEPS} likeliest events are ours`
}

type Note = { readonly pitch: number; readonly startStep: number; readonly endStep: number }

async function continuedByMusicRnn(folder: string): Promise<Note[]> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('no Chromium found (set CHROMIUM to its path)')
  const library = readFileSync(process.env['CANTUS_BENCH_MAGENTA_JS'] ?? '')
  const server = createServer(({ url = '/' }, answer) => {
    const file = join(folder, basename(url))
    if (url === '/')
      answer.setHeader('content-type', 'text/html; charset=utf-8').end('<script src="/music.js"></script>')
    else if (url === '/music.js') answer.end(library)
    else if (existsSync(file)) answer.end(readFileSync(file))
    else answer.writeHead(404).end() // the browser asks for an icon
  }).listen(0, '127.0.0.1')
  const browser = await chromium.launch({ executablePath })
  try {
    const page = await browser.newPage()
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await page.goto(address)
    // In the page: MusicRNN is what its script defines.
    return await page.evaluate<Note[]>(`(async () => {
      const primer = ${JSON.stringify(PRIMER)}
      const starts = primer.flatMap((event, step) => (event >= 0 ? [step] : []))
      const notes = starts.map((step, n) => ({ pitch: primer[step], quantizedStartStep: step, quantizedEndStep: starts[n + 1] ?? primer.length }))
      const model = new mm.MusicRNN(${JSON.stringify(address)})
      await model.initialize()
      const quantizationInfo = { stepsPerQuarter: 4 }
      const made = await model.continueSequence({ notes, quantizationInfo, totalQuantizedSteps: primer.length }, ${STEPS}, 0)
      return made.notes.map(({ pitch, quantizedStartStep, quantizedEndStep }) => ({ pitch, startStep: Number(quantizedStartStep), endStep: Number(quantizedEndStep) }))
    })()`)
  } finally {
    await browser.close()
    server.close()
  }
}
