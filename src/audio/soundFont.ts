import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type BasicSoundBank, SoundBankLoader } from 'spessasynth_core'
import { errorCode, UserError } from '../support/errors.ts'
import { soundFontCredit } from './soundFontCredit.ts'

let bank: Promise<BasicSoundBank> | null = null

/** What makes sound is not installed. */
export class NoSoundFontError extends UserError {
  override readonly name = 'NoSoundFontError'
}

/** The SoundFont, read once: 14.6 MB. @throws NoSoundFontError when the package is not installed. */
export function soundFont(): Promise<BasicSoundBank> {
  bank ??= readBank()
  bank.catch(() => (bank = null)) // the next call tries again
  return bank
}

async function readBank(): Promise<BasicSoundBank> {
  const bytes = new Uint8Array(await readFile(soundFontPath()))
  return SoundBankLoader.fromArrayBuffer(bytes.buffer)
}

/** Where the installed package says its SoundFont lies. */
function soundFontPath(): string {
  try {
    const found = createRequire(import.meta.url)(soundFontCredit.npmPackage) as { readonly FluidR3Mono: string }
    return found.FluidR3Mono
  } catch (error) {
    if (errorCode(error) !== 'MODULE_NOT_FOUND') throw error
    throw new NoSoundFontError(
      `no sound: the SoundFont ${soundFontCredit.npmPackage} is not installed (npm run setup installs it)`,
    )
  }
}
