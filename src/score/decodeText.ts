/** Text as UTF-8 where it is that, else as Latin-1, in which older tunebooks are written. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return new TextDecoder('latin1').decode(bytes)
  }
}
