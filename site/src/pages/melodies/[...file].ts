import type { APIRoute, GetStaticPaths } from 'astro'
import { heldOutFiles } from '../../lib/heldOut.ts'
import { melodyScores } from '../../lib/melodyScores.ts'
import { melodyFiles, readMelodyFile } from '../../lib/study.ts'

/** The melodies' own files, byte for byte: MIDI, sound, and the sidecar that regenerates them; and their scores. */
export const getStaticPaths: GetStaticPaths = () =>
  [...melodyFiles(), ...heldOutFiles(), ...melodyScores().keys()].map((file) => ({ params: { file } }))

export const GET: APIRoute = ({ params: { file = '' } }) =>
  new Response(melodyScores().get(file)?.() ?? readMelodyFile(file))
