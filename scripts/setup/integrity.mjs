// Checksums as npm writes them.
import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * Whether the bytes have this checksum, `sha512-<base64>`; false for any other kind of checksum.
 * @param {Uint8Array} bytes
 * @param {string} integrity
 */
export function hasIntegrity(bytes, integrity) {
  const [, expected] = /^sha512-([A-Za-z\d+/]+=*)$/.exec(integrity) ?? []
  if (expected === undefined) return false
  const [found, wanted] = [createHash('sha512').update(bytes).digest(), Buffer.from(expected, 'base64')]
  return found.length === wanted.length && timingSafeEqual(found, wanted)
}
