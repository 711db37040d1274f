import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { encodeMp3 } from '../../src/audio/encodeMp3.ts'
import { atLoudness } from '../../src/audio/loudness.ts'
import { renderMelody, TAIL_SECONDS } from '../../src/audio/renderMelody.ts'
import { SAMPLE_RATE } from '../../src/audio/sampleRate.ts'
import {
  type ListeningGroup,
  type ListeningSound,
  readListeningTest,
} from '../../src/evaluation/listening/listeningItems.ts'
import type { Effects } from '../../src/support/effects.ts'
import { InterruptedError } from '../../src/support/errors.ts'
import { createFolder } from '../../src/support/createFolder.ts'
import { writeFileAtomic } from '../../src/support/files.ts'

/** Loudness of all sounds of the listening test: quiet enough that no piano note is cut off. */
const LOUDNESS = -24

/** Where they lie below the folder of the results. */
const LISTENING_FOLDER = join('generated_melodies', 'listening')

/** The file of a sound. */
export const listeningSoundPath = (root: string, id: string): string => join(root, LISTENING_FOLDER, `${id}.mp3`)

/** Renders the sounds of the listening test that are not there yet; their names follow from their notes. */
export async function renderListeningSounds(root: string, { reporter, signal }: Effects): Promise<void> {
  const test = readListeningTest(root)
  if (test === null) return
  const due = test.groups.flatMap((group) => soundsDue(group, root))
  if (due.length === 0) return
  createFolder(join(root, LISTENING_FOLDER))
  const bar = reporter.bar('Listening test', due.length, 'sounds')
  try {
    for (const [n, { sound, seconds, path }] of due.entries()) {
      if (signal.aborted) throw new InterruptedError('stopped; run the same command to resume')
      await writeFileAtomic(path, await listeningMp3(sound.midi, seconds))
      bar.update(n + 1)
    }
  } finally {
    bar.stop()
  }
}

interface DueSound {
  readonly sound: ListeningSound
  readonly seconds: number
  readonly path: string
}

function soundsDue({ primer, bars, sound, items }: ListeningGroup, root: string): DueSound[] {
  const barSeconds = (primer.stepsPerBar * 15) / primer.qpm
  return [sound, ...items]
    .map((each) => ({
      sound: each,
      seconds: barSeconds * (each === sound ? bars.given : bars.added),
      path: listeningSoundPath(root, each.id),
    }))
    .filter(({ path }) => !existsSync(path))
}

/** Sound of `seconds` and what rings after it, by the same piano, equally loud: files of equal seconds are equally long. */
export async function listeningMp3(midi: Uint8Array, seconds: number): Promise<Uint8Array> {
  const { pcm } = await renderMelody(midi)
  const whole = new Float32Array(Math.round((seconds + TAIL_SECONDS) * SAMPLE_RATE))
  whole.set(atLoudness(pcm, SAMPLE_RATE, LOUDNESS).subarray(0, whole.length))
  return encodeMp3(whole)
}
