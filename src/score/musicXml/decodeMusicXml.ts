import type { NoteSequence } from '../noteSequence.ts'
import { isZip, scoreInMxl } from './openMxl.ts'
import { readMusicXml } from './readMusicXml.ts'

/**
 * Reads the bytes of a MusicXML score, plain or compressed, in the encoding they say.
 * @throws MusicXmlError
 */
export function decodeMusicXml(bytes: Uint8Array): NoteSequence {
  const plain = isZip(bytes) ? scoreInMxl(bytes) : bytes
  return readMusicXml(new TextDecoder(encodingOf(plain)).decode(plain))
}

/** By the byte order mark, else by the declaration, else UTF-8. */
function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const head = String.fromCharCode(...bytes.subarray(0, 100))
  const [, said = 'utf-8'] = /^<\?xml[^>]*encoding=["']([\w-]+)["']/i.exec(head) ?? []
  return /^(iso-8859-1|latin1|windows-1252|us-ascii)$/i.test(said) ? 'windows-1252' : 'utf-8'
}
