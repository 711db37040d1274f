import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { performerLine, type PerformerPart } from '../../dataset/performerLine.ts'
import { readScore } from '../../score/readScore.ts'
import { errorCode, UserError } from '../../support/errors.ts'
import { sha256 } from '../../support/files.ts'
import type { Reporter } from '../../support/progress.ts'
import { systemReason } from '../../support/systemProblem.ts'

/** A performer's line, from a file. */
export interface PerformerLine extends Omit<PerformerPart, 'remarks'> {
  readonly file: string
  readonly sha256: string
}

/**
 * The line of a MIDI or ABC file that a performer is to play, as `performerLine` takes it. What is left out is said once.
 * @param track as `cantus inspect` numbers it; absent = the one with most notes.
 * @throws UserError with the value and the remedy.
 */
export async function readPerformer(
  path: string,
  track: number | undefined,
  reporter: Reporter,
): Promise<PerformerLine> {
  const bytes = await bytesOf(path)
  const { remarks, ...part } = performerLine(readScore(bytes, path), { name: path, track })
  for (const remark of remarks) reporter.line(remark)
  return { file: basename(path), sha256: sha256(bytes), ...part }
}

const bytesOf = (path: string): Promise<Uint8Array> =>
  readFile(path).catch((error: unknown) => {
    const code = errorCode(error)
    if (code === undefined) throw error
    throw new UserError(`cannot read ${path}: ${code === 'ENOENT' ? 'no such file' : systemReason(code)}`)
  })
