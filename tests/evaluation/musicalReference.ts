import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../src/support/projectRoot.ts'

/** Numbers computed with MusPy, MusDr's code and scipy: `tests/goldens/musical_reference.py` says how. */
export interface MusicalReference {
  readonly pieces: Readonly<
    Record<
      string,
      {
        readonly events: readonly number[]
        readonly muspy: Readonly<Record<string, number>>
        readonly mgeval: { readonly avgPitchShift: number; readonly avgIOI: number }
        readonly musdr: {
          readonly H1: number
          readonly H4: number
          readonly GS: number
          /** [frames, first frame, fitness] */
          readonly fitness: readonly (readonly [number, number, number])[]
          readonly SI4to8: number
        }
      }
    >
  >
  readonly sets: { readonly a: number[]; readonly b: number[]; readonly overlapArea: number; readonly kld: number }
}

export const musicalReference = JSON.parse(
  readFileSync(join(projectRoot, 'tests/goldens/data/musical.json'), 'utf8'),
) as MusicalReference
