import { open } from 'node:fs/promises'
import type { ScoreUnit } from './scanCorpus.ts'

/** What one score is read from: its tune's text, or its bytes in the file. */
export async function unitContent({ abc, location, offset, bytes }: ScoreUnit): Promise<Uint8Array | string> {
  if (abc !== null) return abc.abc
  const file = await open(location)
  try {
    const content = new Uint8Array(bytes)
    const { bytesRead } = await file.read(content, { position: offset })
    return content.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
