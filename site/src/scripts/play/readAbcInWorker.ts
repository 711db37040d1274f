import { AbcConversionError } from '../../../../src/score/abcLimits.ts'
import type { AbcMusic } from '../../../../src/score/abcMusic.ts'
import { abcPlayOrder } from '../../../../src/score/abcPlayOrder.ts'
import { abcToSequence } from '../../../../src/score/abcToSequence.ts'
import { canonicalAbc } from '../../../../src/score/canonicalAbc.ts'
import type { NoteSequence } from '../../../../src/score/noteSequence.ts'
import { firstTune } from '../../../../src/score/splitTunebook.ts'
import type { AbcAnswer } from './abcWorker.ts'

/** Of the wall's clock, after the library has started; the longest of the real tunes takes .06. */
const MAX_SECONDS = 10

/**
 * The first tune of an ABC text, as `readAbc` reads it: the page has no `node:vm`, so abc2svg runs in a worker, which ends
 * with the tune.
 * @throws AbcConversionError
 */
export async function readAbcInWorker(text: string): Promise<NoteSequence> {
  const { abc, partOrder, voices } = canonicalAbc(firstTune(text))
  const music = await musicOf(abc)
  return abcToSequence(music, abcPlayOrder(music, partOrder), voices)
}

function musicOf(abc: string): Promise<AbcMusic> {
  const worker = new Worker(new URL('./abcWorker.ts', import.meta.url), { type: 'module' })
  let timer = 0
  const found = new Promise<AbcMusic>((resolve, reject) => {
    const fail = (why: string): void => reject(new AbcConversionError(why))
    worker.onerror = () => fail('the reader of ABC could not be started; reload the page, or open the tune as MIDI')
    worker.onmessage = ({ data }: MessageEvent<AbcAnswer>) => {
      if (data.kind === 'music') return resolve(JSON.parse(data.text) as AbcMusic)
      if (data.kind === 'failure') return fail(`abc2svg failed: ${data.text}`)
      worker.postMessage(abc)
      timer = window.setTimeout(
        () => fail(`the tune takes more than ${MAX_SECONDS} seconds to read`),
        MAX_SECONDS * 1000,
      )
    }
  })
  return found.finally(() => {
    clearTimeout(timer)
    worker.terminate()
  })
}
