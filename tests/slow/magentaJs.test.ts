import { expect, it } from 'vitest'
import { magentaJsRow } from '../../bench/interchange/magentaJs.ts'
import { findChromium } from '../site/chromium.ts'

/** Path of dist/magentamusic.js of @magenta/music 1.23.1, which is too heavy to install with the project. */
const library = process.env['CANTUS_BENCH_MAGENTA_JS']
const missing =
  library === undefined ? 'CANTUS_BENCH_MAGENTA_JS is not set' : findChromium() === null ? 'no Chromium' : null
if (missing !== null) console.warn(`SKIPPED: MusicRNN of @magenta/music (${missing})`)

it.skipIf(missing !== null)(
  'MusicRNN of @magenta/music loads the export of model 1, and continues as it does',
  async () => {
    expect(await magentaJsRow()).toBe('loaded, 48 of 48 likeliest events are ours')
  },
  120_000,
)
