/** Bytes of a half-precision number: one half is nearly alike in all numbers of a network, the other is not. */
const WIDTH = 2

/** The bytes of numbers in the order in which they compress best: the first of each, then the second of each. */
export function splitPlanes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const planes = new Uint8Array(bytes.length)
  let at = 0
  for (let plane = 0; plane < WIDTH; plane++) for (let n = plane; n < bytes.length; n += WIDTH) planes[at++] = bytes[n]!
  return planes
}

/** The bytes as they were before `splitPlanes`. */
export function joinPlanes(planes: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(planes.length)
  let at = 0
  for (let plane = 0; plane < WIDTH; plane++) for (let n = plane; n < bytes.length; n += WIDTH) bytes[n] = planes[at++]!
  return bytes
}
