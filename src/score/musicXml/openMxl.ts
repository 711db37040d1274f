import { unzipSync } from 'fflate'
import { MUSIC_XML_LIMITS, MusicXmlError } from './musicXmlError.ts'
import { elementAt, elementsIn, xmlRoot } from './xmlTree.ts'

const CONTAINER = 'META-INF/container.xml'

/** Whether bytes begin as a zip file, as compressed MusicXML does. */
export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04

/**
 * The score in a compressed MusicXML file: the one its container names first.
 * @throws MusicXmlError when it is damaged, holds no score, or one that unpacks to more than we read.
 */
export function scoreInMxl(bytes: Uint8Array): Uint8Array {
  const container = fileIn(bytes, CONTAINER)
  const name = container === null ? anyScore(bytes) : namedIn(container)
  const score = name === undefined ? null : fileIn(bytes, name)
  if (score === null) throw new MusicXmlError(`the zip file holds no score${name === undefined ? '' : ` ${name}`}`)
  return score
}

function namedIn(container: Uint8Array): string | undefined {
  const files = elementAt(xmlRoot(new TextDecoder().decode(container)), 'rootfiles')
  return files === undefined ? undefined : elementsIn(files, 'rootfile')[0]?.attributes['full-path']
}

/** The first file that is named as a score. */
function anyScore(bytes: Uint8Array): string | undefined {
  const names: string[] = []
  unzipped(bytes, ({ name }) => {
    if (/\.(musicxml|xml)$/i.test(name) && !name.startsWith('META-INF/')) names.push(name)
    return false
  })
  return names[0]
}

/** One file of the zip file; null if it is not there. */
function fileIn(bytes: Uint8Array, wanted: string): Uint8Array | null {
  const files = unzipped(bytes, ({ name, originalSize }) => {
    if (name !== wanted) return false
    if (originalSize <= MUSIC_XML_LIMITS.bytes) return true
    throw new MusicXmlError(
      `limit-bytes: ${name} unpacks to ${originalSize} bytes, more than ${MUSIC_XML_LIMITS.bytes}`,
    )
  })
  return files[wanted] ?? null
}

/** Unpacks into as many bytes as the file itself announces, never more. */
function unzipped(
  bytes: Uint8Array,
  filter: (file: { name: string; originalSize: number }) => boolean,
): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter })
  } catch (error) {
    if (error instanceof MusicXmlError || !(error instanceof Error)) throw error
    throw new MusicXmlError(`the zip file is damaged: ${error.message}`, { cause: error })
  }
}
