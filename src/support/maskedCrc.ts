import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const { buf: crc32c } = require('crc-32/crc32c') as { buf(bytes: Uint8Array): number }

/** The CRC-32C of bytes, masked as TensorFlow masks it where the bytes may hold checksums themselves. */
export function maskedCrc(bytes: Uint8Array): number {
  const sum = crc32c(bytes) >>> 0
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0
}
