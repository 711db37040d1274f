import type { APIRoute, GetStaticPaths } from 'astro'
import { heldOutFiles } from '../../lib/heldOut.ts'
import { melodyFiles, readMelodyFile } from '../../lib/study.ts'

/** The melodies' own files, byte for byte: MIDI, sound, and the sidecar that regenerates them. */
export const getStaticPaths: GetStaticPaths = () =>
  [...melodyFiles(), ...heldOutFiles()].map((file) => ({ params: { file } }))

export const GET: APIRoute = ({ params }) => new Response(readMelodyFile(params['file'] ?? ''))
