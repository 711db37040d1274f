import crc32c from 'crc-32/crc32c.js'

/** The CRC-32C of bytes, masked as TensorFlow masks it where the bytes may hold checksums themselves. */
export function maskedCrc(bytes: Uint8Array): number {
  const sum = crc32c.buf(bytes) >>> 0
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0
}
