import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type BasicSoundBank, SoundBankLoader } from 'spessasynth_core'
import { soundFontCredit } from './soundFontCredit.ts'

let bank: Promise<BasicSoundBank> | null = null

/** The SoundFont, read once: 14.6 MB. @throws Error when the package is not installed. */
export function soundFont(): Promise<BasicSoundBank> {
  bank ??= readBank()
  bank.catch(() => (bank = null)) // the next call tries again
  return bank
}

async function readBank(): Promise<BasicSoundBank> {
  const { FluidR3Mono } = createRequire(import.meta.url)(soundFontCredit.npmPackage) as { readonly FluidR3Mono: string }
  const bytes = new Uint8Array(await readFile(FluidR3Mono))
  return SoundBankLoader.fromArrayBuffer(bytes.buffer)
}
