import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeContinuation } from '../../site/src/scripts/play/continuation.ts'
import { orderOf, SettingsError } from '../../site/src/scripts/play/order.ts'
import { Player } from '../../site/src/scripts/play/player.ts'
import { openPrimerFile, primerOfFile } from '../../site/src/scripts/play/primerFile.ts'
import {
  eventsOf,
  fromFirstBar,
  melodyNotes,
  parsePrimerText,
  primerText,
  withNote,
} from '../../site/src/scripts/play/primerText.ts'
import {
  commandLine,
  defaultSettings,
  formatSettings,
  type ModelStandard,
  ownSettings,
  parseSettings,
  primerName,
  type Settings,
  withModel,
} from '../../site/src/scripts/play/settings.ts'
import { LEAD_SECONDS, SPRITE_SLOTS } from '../../site/src/scripts/play/spriteLayout.ts'
import { generate } from '../../src/study/generate.ts'
import { choosePrimer } from '../../src/generation/choosePrimer.ts'
import { type FolderServer, serveFolder } from '../../site/build/serveFolder.ts'
import { openModelFile } from '../../src/generation/modelFile.ts'
import { PRIMER_NAMES, primers } from '../../src/generation/primers.ts'
import { readAbc } from '../../src/score/readAbc.ts'
import { readMusicXml } from '../../src/score/musicXml/readMusicXml.ts'
import { quantize } from '../../src/score/quantize.ts'
import { readMidi } from '../../src/score/readMidi.ts'
import { writeMidi } from '../../src/score/writeMidi.ts'
import { experiment, ITERATIONS } from '../../src/config/scales.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { quietEffects } from '../generation/fixtures.ts'
import { findChromium } from './chromium.ts'
import { BASE, standInSite } from './standInSite.ts'

const MINUTES = 60_000
const MODELS: ModelStandard[] = ITERATIONS.map((iteration) => {
  const { temperature, topP = 1, appendix = true } = experiment(iteration, 'smoke').generation
  return { iteration, temperature, topP, appendix }
})
const effects = quietEffects()
const standard = defaultSettings(MODELS, primers)
let scratch: string
let study: string
let site: string

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'cantus-play-test-'))
  ;({ study, site } = await standInSite())
}, 10 * MINUTES)
afterAll(() => rm(scratch, { recursive: true, force: true }))

const weightsOf = (iteration: string): string => join(study, `report/results/checkpoints/${iteration}.safetensors`)

/** Settings that differ in all that decides a melody. */
const cases: readonly Settings[] = [
  { ...standard, iteration: '1', primer: primers.onenote, seed: 1 },
  { ...standard, iteration: '2.1', primer: primers.bach, seed: 77, temperature: 0.85, topP: 0.9 },
  { ...standard, iteration: '2.2', primer: primers.modal, seed: 4_294_967_295, temperature: 1.4, bars: 12 },
  { ...standard, iteration: '2.2', primer: [60, -2, 64, -1, -2, 67, -2, -2], seed: 5, beam: 4, bars: 4 },
  { ...standard, primer: primers.major, seed: 2 },
  { ...standard, iteration: '3.2', primer: primers.bach, seed: 8, temperature: 0.7, topP: 1, rest: false },
  { ...standard, iteration: '3.1', primer: primers.modal, seed: 3, beam: 2, bars: 6 },
  { ...standard, iteration: '1', primer: primers.arp, seed: 0, temperature: 0, rest: false, bars: 3 },
]

/** The bytes that the command line writes: its options are read off the line that the page shows. */
async function commandLineMidi(settings: Settings): Promise<Buffer> {
  const words = commandLine(settings, primers).replaceAll('\\\n', ' ').split(/\s+/)
  const option = (name: string): string | undefined => {
    const at = words.indexOf(`--${name}`)
    return at < 0 ? undefined : words[at + 1]!.replaceAll('"', '')
  }
  expect(words.slice(0, 3)).toEqual(['npx', 'cantus', 'generate'])
  const [written] = await generate(
    {
      iteration: words[3]!,
      primers: [option('primer')!],
      steps: Number(option('steps')),
      temperature: Number(option('temperature')),
      topK: null,
      topP: Number(option('top-p')),
      beamSize: Number(option('beam-size') ?? 1),
      branchFactor: Number(option('branch-factor') ?? 1),
      stepsPerIteration: 1,
      seed: Number(option('seed')),
      count: 1,
      out: await mkdtemp(join(scratch, 'generated-')),
      appendix: !words.includes('--no-appendix'),
      force: false,
      folders: { root: study, data: join(scratch, 'data') },
    },
    effects,
  )
  return readFile(written!.path)
}

describe('the melody of the page', () => {
  it.each(cases)('is the command line’s: iteration $iteration, seed $seed', async (settings) => {
    const { model } = await openModelFile(weightsOf(settings.iteration))
    const events: number[] = []
    const rows: number[] = []
    const options = {
      tell: (news: { events: readonly number[]; expected: Float32Array }) => {
        events.push(...news.events)
        rows.push(news.expected.length / news.events.length)
      },
      pause: () => Promise.resolve(),
      now: () => performance.now(),
    }
    const order = orderOf(settings)
    const { midi } = await makeContinuation(model, order, options)
    expect(await commandLineMidi(settings)).toEqual(Buffer.from(midi))
    expect(events).toHaveLength(settings.bars * 16)
    expect(events.slice(0, order.recipe.conditionedOn.length)).toEqual(order.recipe.conditionedOn)
    expect(new Set(rows)).toEqual(new Set([130]))
  })

  it('cannot be made of a primer without a note, or one that fills the bars', () => {
    expect(() => orderOf({ ...standard, primer: [] })).toThrow(SettingsError)
    expect(() => orderOf({ ...standard, primer: primers.bach, bars: 4 })).toThrow(/choose 5 bars or more/)
  })
})

describe('the address', () => {
  it('holds all settings', () => {
    for (const settings of cases) {
      const read = parseSettings(`#${formatSettings(settings, primers)}`, MODELS, primers)
      expect(read.problems).toEqual([])
      expect(read.isWhole).toBe(true)
      expect(formatSettings(read.settings, primers)).toBe(formatSettings(settings, primers))
      expect(orderOf(read.settings)).toEqual(orderOf(settings))
    }
  })

  it('takes over what a model is asked for, but for what a visitor has set', () => {
    const models = [{ iteration: '1' }, { iteration: '3.1', temperature: 0.9, topP: 0.95, appendix: false }] as const
    const [first, notes] = models
    const usual = defaultSettings(models, primers)
    expect(usual).toMatchObject({ iteration: '3.1', temperature: 0.9, topP: 0.95, rest: false })
    const plain = withModel(usual, notes, first)
    expect(plain).toMatchObject({ iteration: '1', temperature: 1, topP: 1, rest: true })
    expect(withModel(plain, first, notes)).toEqual(usual)
    expect(withModel({ ...plain, topP: 0.8 }, first, notes)).toMatchObject({ iteration: '3.1', topP: 0.8, rest: false })
    // An address that names a model and no share has the model's own.
    expect(parseSettings('#it=3.1&primer=bach&seed=4', models, primers).settings.topP).toBe(0.95)
    expect(parseSettings('#it=1&primer=bach&seed=4', models, primers).settings.topP).toBe(1)
  })

  it('that is wrong is said value by value, and the defaults stand in', () => {
    const wrong = '#it=3&primer=60q&t=9&p=1.5&beam=3&seed=-1&bars=0&bpm=fast'
    const { settings, problems, isWhole } = parseSettings(wrong, MODELS, primers)
    expect(settings).toEqual(standard)
    expect(isWhole).toBe(false)
    expect(problems).toHaveLength(8)
    for (const value of ['3', '60q', '9', '1.5', '-1', 'fast']) expect(problems.join('\n')).toContain(`“${value}”`)
    expect(parseSettings('', MODELS, primers)).toEqual({ settings: standard, problems: [], isWhole: false })
  })

  it('writes every primer so that it comes back', () => {
    for (const name of PRIMER_NAMES) {
      expect(eventsOf(melodyNotes(primers[name]))).toEqual(primers[name])
      expect(primerName(primers[name], primers)).toBe(name)
      expect(parsePrimerText(primerText(primers[name]))).toEqual(primers[name])
    }
    const note = fc.tuple(
      fc.integer({ min: 0, max: 127 }),
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
    )
    const property = fc.property(fc.array(note, { minLength: 1, maxLength: 20 }), (parts) => {
      let at = 0
      const notes = parts.map(([pitch, rest, length]) => {
        const startStep = at + rest
        at = startStep + length
        return { pitch, startStep, endStep: at }
      })
      expect(parsePrimerText(primerText(eventsOf(notes)))).toEqual(eventsOf(notes))
    })
    fc.assert(property, { seed: 1 })
    expect(() => parsePrimerText('60x600')).toThrow(/longer than 32 bars/)
    expect(() => parsePrimerText('r-rx3')).toThrow(/no note/)
  })
})

describe('withNote', () => {
  const notes = melodyNotes([60, -2, -2, -2, 64, -2])
  it('ends the note before it, takes the place of one that begins there, and ends where the next begins', () => {
    expect(eventsOf(withNote(notes, { pitch: 62, startStep: 2, endStep: 8 })!)).toEqual([60, -2, 62, -2, 64, -2])
    expect(eventsOf(withNote(notes, { pitch: 65, startStep: 4, endStep: 5 })!)).toEqual([60, -2, -2, -2, 65])
    expect(eventsOf(withNote(notes, { pitch: 65, startStep: 8, endStep: 9 })!)).toEqual([
      60, -2, -2, -2, 64, -2, -1, -2, 65,
    ])
    expect(withNote(notes, { pitch: 65, startStep: 510, endStep: 520 })).toBeNull()
  })

  it('whole silent bars before the first note fall away', () => {
    expect(eventsOf(fromFirstBar([{ pitch: 60, startStep: 18, endStep: 19 }]))).toEqual([-2, -2, 60])
  })
})

describe('primerOfFile', () => {
  const note = (pitch: number, startSeconds: number, instrument = 0) => {
    return { pitch, startSeconds, endSeconds: startSeconds + 0.25, velocity: 90, instrument, program: 0, isDrum: false }
  }
  const file = (notes: ReturnType<typeof note>[], tempos = [{ timeSeconds: 0, qpm: 120 }]): Uint8Array =>
    writeMidi({
      ...{ ticksPerQuarter: 220, tempos, timeSignatures: [], keySignatures: [], startTimeOffsetSeconds: 0 },
      notes,
      totalSeconds: Math.max(0, ...notes.map(({ endSeconds }) => endSeconds)),
    })

  it('takes a melody with its tempo', async () => {
    const read = await primerOfFile('a.mid', file([note(60, 0), note(64, 0.25)]))
    expect(read).toEqual({ events: [60, -2, 64, -2], qpm: 120, taken: null, remarks: [] })
  })

  it('says what it leaves out of several voices, of chords, of long files and after a change of tempo', async () => {
    const chord = await primerOfFile('a.mid', file([note(60, 0), note(67, 0), note(64, 0.25)]))
    expect(chord.events).toEqual([67, -2, 64, -2])
    expect(chord.taken).toBe('track 0, of notes that start together the highest')
    expect((await primerOfFile('a.mid', file([note(60, 0), note(48, 0, 1)]))).taken).toBe('track 0 of 2 tracks')
    const long = await primerOfFile('a.mid', file(Array.from({ length: 400 }, (_, n) => note(60 + (n % 5), n * 0.25))))
    expect(long.events).toHaveLength(64)
    expect(long.taken).toBe('bars 1-4 of melody 1 of 1, track 0')
    const changing = [
      { timeSeconds: 0, qpm: 120 },
      { timeSeconds: 1, qpm: 60 },
    ]
    const slowing = await primerOfFile('a.mid', file([note(60, 0), note(62, 1.5)], changing))
    expect(slowing.taken).toBe('bar 1 of track 0')
    expect(slowing.events).toEqual([60, -2, -1, -2, -2, -2, -2, -2, -2, -2, 62])
  })

  it('is that of the command line, in a metre that the page names', async () => {
    const bytes = new Uint8Array(readFileSync(join(projectRoot, 'tests', 'fixtures', 'midi', 'metre-twice-at-0.mid')))
    const { primer } = choosePrimer(readMidi(bytes), {}, false)
    expect(await primerOfFile('a.mid', bytes)).toEqual({
      events: primer.events,
      qpm: 120,
      taken: 'bars 1-4 of melody 1 of 1, track 0',
      remarks: ['It is in 3/4, and this page counts in 4/4.'],
    })
  })

  it('looks at the size of a file before it reads it, and says what the browser says', async () => {
    const name = 'video.mid'
    const arrayBuffer = (): Promise<ArrayBuffer> => Promise.reject(new Error('the file was changed'))
    await expect(openPrimerFile({ name, size: 2_500_000_000, arrayBuffer })).rejects.toThrow(
      'video.mid: it has 2,500 MB; a melody is smaller',
    )
    await expect(openPrimerFile({ name, size: 100, arrayBuffer })).rejects.toThrow(
      'video.mid: the browser cannot read it (the file was changed). Open it again',
    )
    const bytes = file([note(60, 0)])
    const whole = { name, size: bytes.length, arrayBuffer: () => Promise.resolve(bytes.slice().buffer) }
    expect((await openPrimerFile(whole)).events).toEqual([60, -2])
  })

  it('says what is wrong with an invalid primer', async () => {
    await expect(primerOfFile('a.txt', new TextEncoder().encode('hello, this is not MIDI'))).rejects.toThrow(
      /a\.txt: no MIDI file: .* Open a file that ends in \.mid, \.abc, \.musicxml or \.mxl\.$/,
    )
    await expect(primerOfFile('a.mid', file([note(60, 0)]).slice(0, 40))).rejects.toThrow(
      /^a\.mid: truncated: .*\(byte \d+\)\.$/,
    )
    await expect(primerOfFile('a.mid', file([]))).rejects.toThrow(/no note/)
    await expect(primerOfFile('a.mid', new Uint8Array(6_000_000))).rejects.toThrow(/6 MB/)
  })
})

describe('Player', () => {
  function play(
    melody: { events: number[]; isWhole: boolean },
    seconds: number,
    each: (time: number) => void = () => 0,
  ) {
    const clock = { currentTime: 0 }
    const heard: string[] = []
    const instrument = {
      strike: (pitch: number, when: number) => void heard.push(`${pitch}@${when.toFixed(2)}`),
      release: (when: number) => void heard.push(`off@${when.toFixed(2)}`),
      silence: () => undefined,
    }
    const player = new Player(clock, instrument, { melody, qpm: 150, from: 0 })
    let goesOn = true
    for (; clock.currentTime < seconds && goesOn; clock.currentTime += 0.05) {
      each(clock.currentTime)
      goesOn = player.tick()
    }
    return { heard, player, goesOn }
  }

  it('strikes every note at its step, and ends with the melody', () => {
    const { heard, player, goesOn } = play({ events: [60, -2, 62, -1, 64, -2], isWhole: true }, 5)
    expect(heard.slice(0, 4)).toEqual(['60@0.08', '62@0.28', 'off@0.38', '64@0.48'])
    expect(heard.slice(4)).toEqual(['off@0.68'])
    expect([player.gaps, player.late, goesOn]).toEqual([0, 0, false])
  })

  it('waits for a melody that is not made far enough, and counts it', () => {
    const melody = { events: [60, -2, -2, -2], isWhole: false }
    const { heard, player } = play(melody, 3, (time) => {
      if (time > 1 && melody.events.length === 4) melody.events.push(65, -2)
    })
    expect(heard.filter((event) => event.startsWith('65'))).toHaveLength(1)
    expect(player.gaps).toBeGreaterThan(0)
  })
})

const program = findChromium()

describe.skipIf(program === null)('the page to play with, in a browser', () => {
  let browser: Browser
  let server: FolderServer
  let address: string
  let midi: string

  beforeAll(async () => {
    // Under a path, as on a host of many sites.
    server = await serveFolder(site, { port: 42_270, host: '127.0.0.1', base: BASE })
    address = `http://127.0.0.1:${server.port}${BASE}play/`
    browser = await chromium.launch({ executablePath: program as string, args: ['--no-sandbox'] })
    midi = join(scratch, 'no midi.mid')
    await writeFile(midi, 'this is a text')
  }, 4 * MINUTES)
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  interface Opened {
    readonly page: Page
    /** Errors, and requests to other machines. */
    readonly complaints: string[]
    readonly requests: string[]
    close(): Promise<void>
  }

  async function open(
    hash = '',
    options: BrowserContextOptions = {},
    before?: (page: Page) => Promise<unknown>,
  ): Promise<Opened> {
    const context: BrowserContext = await browser.newContext(options)
    const page = await context.newPage()
    const complaints: string[] = []
    const requests: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('request', (request) => {
      requests.push(new URL(request.url()).pathname)
      if (!request.url().startsWith(address.replace('play/', '')) && !request.url().startsWith('blob:'))
        complaints.push(request.url())
    })
    await before?.(page)
    await page.goto(address + hash)
    return { page, complaints, requests, close: () => context.close() }
  }

  const reaches = (page: Page, state: string): Promise<void> =>
    page.locator(`play-desk[data-state="${state}"]`).waitFor()
  const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click()
  const status = (page: Page): Promise<string> => page.locator('#play-status').innerText()
  const problem = (page: Page): Promise<string> => page.locator('#play-problem').innerText()
  // Of the page itself: what the driver knows of the address lags behind.
  const primerShown = (page: Page): Promise<string | null> =>
    page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get('primer'))

  async function saved(page: Page, button = 'Save MIDI'): Promise<{ name: string; bytes: Buffer }> {
    const waiting = page.waitForEvent('download')
    await press(page, button)
    const download = await waiting
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
  }

  it('loads neither engine, weights nor sound before it is used, and shows the weights’ hashes', async () => {
    const { page, complaints, requests, close } = await open()
    await page.locator('play-desk').waitFor()
    expect(requests.filter((path) => /safetensors|mp3|worker|compose/.test(path))).toEqual([])
    const scripts = await page.evaluate(() =>
      (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).filter(({ name }) =>
        name.endsWith('.js'),
      ),
    )
    const sent = scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
    expect(sent).toBeGreaterThan(5_000)
    expect(sent).toBeLessThan(60_000)
    const text = await page.locator('play-desk').textContent()
    for (const { iteration } of MODELS) {
      const bytes = await readFile(weightsOf(iteration))
      expect(text).toContain(createHash('sha256').update(bytes).digest('hex'))
    }
    expect(complaints).toEqual([])
    await close()
  })

  it('has a piano whose every key sounds at its own pitch', async () => {
    const { page, close } = await open()
    const bytes = await readFile(join(site, 'play/piano.mp3'))
    expect(bytes.length).toBeLessThan(400_000)
    const heard = await page.evaluate(
      async ({ slots, lead }) => {
        const context = new OfflineAudioContext(1, 48_000, 48_000)
        const sprite = await context.decodeAudioData(await (await fetch('piano.mp3')).arrayBuffer())
        const sound = sprite.getChannelData(0)
        return slots.map(({ pitch, from }) => {
          const start = Math.round((from + lead + 0.15) * sprite.sampleRate)
          const part = sound.subarray(start, start + sprite.sampleRate / 2)
          const rms = Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / part.length)
          // How alike the sound is to itself a period of the key later, beside half a tone off.
          const period = sprite.sampleRate / (440 * 2 ** ((pitch - 69) / 12))
          const alike = (lag: number): number => {
            let sum = 0
            for (let i = 0; i + lag < part.length; i++) sum += part[i]! * part[i + Math.floor(lag)]!
            return sum
          }
          // Several periods on, so that whole samples tell half-tones apart, but less than half a period for half a tone.
          const periods = Math.min(8, Math.max(1, Math.round(600 / period)))
          const [own, flat, sharp] = [1, 2 ** (1 / 12), 2 ** (-1 / 12)].map((ratio) =>
            Math.max(...[-0.5, 0, 0.5].map((shift) => alike(Math.round(period * periods * ratio + shift)))),
          )
          return { pitch, rms, isInTune: own! > flat! && own! > sharp! }
        })
      },
      { slots: [...SPRITE_SLOTS], lead: LEAD_SECONDS },
    )
    expect(heard.filter(({ rms }) => !(rms > 0.004))).toEqual([])
    expect(heard.filter(({ isInTune }) => !isInTune)).toEqual([])
    await close()
  })

  it('continues a primer, is heard while it does, and saves the bytes of the command line', async () => {
    const { page, complaints, close } = await open()
    await page.getByLabel('Primer', { exact: true }).selectOption('bach')
    await page.locator('#play-seed').fill('11')
    await page.locator('#play-seed').press('Tab')
    await press(page, 'Continue')
    await reaches(page, 'finished')
    await page.waitForFunction(() => document.querySelector<HTMLElement>('play-desk')?.dataset['playing'] === 'true')
    const line = page.locator('.stage .line')
    await line.waitFor({ state: 'visible' })
    const before = await line.getAttribute('style')
    await page.waitForTimeout(600)
    expect(await line.getAttribute('style')).not.toBe(before)
    expect(await page.locator('#play-expected tbody tr').count()).toBeGreaterThanOrEqual(6)
    expect(await page.locator('play-desk').getAttribute('data-gaps')).toBe('0')
    expect(await page.locator('#play-made').innerText()).toContain('checksum was verified')
    await press(page, 'Stop')
    await line.waitFor({ state: 'hidden' })
    const { name, bytes } = await saved(page)
    expect(name).toBe('it_3.1_bach_seed_11.mid')
    expect(bytes).toEqual(await commandLineMidi({ ...standard, primer: primers.bach, seed: 11 }))
    expect(complaints).toEqual([])
    await close()
  })

  it('makes the melody of a link again, in every iteration the command line’s bytes', async () => {
    const { page, complaints, close } = await open(`#${formatSettings(cases[0]!, primers)}`)
    for (const settings of cases) {
      await page.goto('about:blank')
      await page.goto(`${address}#${formatSettings(settings, primers)}`)
      await reaches(page, 'finished')
      expect((await saved(page)).bytes).toEqual(await commandLineMidi(settings))
    }
    expect(complaints).toEqual([])
    await close()
  })

  it('keeps primer, seed and settings when another model is chosen, and makes its melody', async () => {
    const { page, close } = await open('#it=2.2&primer=minor&t=0.9&seed=4')
    await reaches(page, 'finished')
    await page.getByRole('radio', { name: '2.1' }).check({ force: true })
    await page.waitForFunction(() => document.querySelector('#play-status')?.textContent?.includes('Iteration 2.1'))
    const own = ownSettings(MODELS.find(({ iteration }) => iteration === '2.1')!)
    const settings = { ...standard, ...own, primer: primers.minor, temperature: 0.9, seed: 4 }
    expect((await saved(page)).bytes).toEqual(await commandLineMidi(settings))
    const address = new URL(page.url()).hash
    expect(address).toContain(`#${formatSettings(settings, primers)}&w=`)
    expect(await problem(page)).toBe('')
    await close()
  })

  it('says of a link that it was made of other weights, and makes the melody all the same', async () => {
    const { page, close } = await open('#it=1&primer=onenote&seed=2&w=00000000')
    await reaches(page, 'finished')
    expect(await problem(page)).toContain('Iteration 1 has new weights since this link was made')
    await close()
  })

  it('copies a link, or shows it where it may not', async () => {
    const { page, close } = await open('#it=1&primer=onenote&seed=2')
    await reaches(page, 'finished')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await press(page, 'Copy link')
    await page.waitForFunction(() => document.querySelector('#play-status')?.textContent?.includes('copied'))
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url())
    await page.evaluate(() => (navigator.clipboard.writeText = () => Promise.reject(new Error('denied'))))
    await press(page, 'Copy link')
    await page.locator('#play-address').waitFor()
    expect(await page.locator('#play-address-text').inputValue()).toBe(page.url())
    await close()
  })

  async function rollBox(page: Page): Promise<{ x: number; y: number }> {
    await page.locator('.roll-editor').scrollIntoViewIfNeeded()
    return (await page.locator('.roll-editor').boundingBox())!
  }

  it('is drawn in with a mouse: a press sets a note, a drag lengthens it, a press takes it away', async () => {
    const { page, complaints, close } = await open()
    await press(page, 'Clear')
    expect(await status(page)).toContain('empty')
    const roll = await rollBox(page)
    const cell = (await page.locator('.stage-width').evaluate((each) => parseFloat(each.style.width) - 52)) / 128
    const at = (step: number, row: number) => ({ x: roll.x + 44 + (step + 0.5) * cell, y: roll.y + 18 + row * 11 + 5 })
    await page.mouse.click(at(0, 24).x, at(0, 24).y) // C4: the rows begin with C6
    expect(await primerShown(page)).toBe('60x2')
    await page.mouse.move(at(4, 20).x, at(4, 20).y)
    await page.mouse.down()
    await page.mouse.move(at(9, 20).x, at(9, 20).y, { steps: 4 })
    await page.mouse.up()
    expect(await primerShown(page)).toBe('60x2-rx2-64x6')
    await page.mouse.click(at(0, 24).x, at(0, 24).y)
    expect(await primerShown(page)).toBe('rx4-64x6')
    await press(page, 'Undo')
    expect(await primerShown(page)).toBe('60x2-rx2-64x6')
    expect(complaints).toEqual([])
    await close()
  })

  it('is used with the keyboard alone', async () => {
    const { page, complaints, close } = await open()
    const roll = page.locator('.roll-editor')
    await page.keyboard.press('Tab')
    for (let n = 0; n < 80 && !(await roll.evaluate((each) => each === document.activeElement)); n++)
      await page.keyboard.press('Tab')
    expect(await roll.evaluate((each) => each === document.activeElement)).toBe(true)
    for (let n = 0; n < 5; n++) await page.keyboard.press('Backspace')
    await page.keyboard.press('4') // quarters
    await page.keyboard.press('a')
    await page.keyboard.press('d')
    await page.keyboard.press('.')
    await page.keyboard.press('2')
    await page.keyboard.press('g')
    expect(await primerShown(page)).toBe('60x4-64x4-rx4-67x2')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    expect(await primerShown(page)).toBe('60x4-64x4-rx4-67x2-r-68x2')
    await page.keyboard.press('Delete')
    expect(await primerShown(page)).toBe('60x4-64x4-rx4-67x2')
    expect(await page.locator('#play-cursor').innerText()).toContain('removed')
    await page.getByRole('button', { name: 'Continue' }).focus()
    await page.keyboard.press('Enter')
    await reaches(page, 'finished')
    await page.locator('play-desk[data-playing="true"]').waitFor()
    await roll.focus()
    await page.keyboard.press(' ') // while it plays, the table follows the music
    await page.locator('play-desk[data-playing="false"]').waitFor()
    await page.keyboard.press('ArrowRight')
    expect(await page.locator('#play-expected-place').innerText()).toMatch(/^At bar \d+, step \d+:$/)
    expect(complaints).toEqual([])
    await close()
  })

  /** A browser with a MIDI keyboard whose keys the test strikes through `window.strike`. */
  const withKeyboard = (page: Page): Promise<unknown> =>
    page.addInitScript(() => {
      const input: { name: string; onmidimessage: ((event: unknown) => void) | null } = {
        name: 'Stub keys',
        onmidimessage: null,
      }
      const strike = (...data: number[]): void => input.onmidimessage?.({ data: Uint8Array.from(data) })
      const access = { inputs: new Map([['1', input]]), onstatechange: null }
      Object.assign(window, { strike })
      Object.assign(navigator, { requestMIDIAccess: () => Promise.resolve(access) })
    })

  it('is played in on a MIDI keyboard', async () => {
    const { page, complaints, close } = await open('', {}, withKeyboard)
    await press(page, 'Clear')
    await press(page, 'MIDI keyboard')
    await page.waitForFunction(() => document.querySelector('#play-status')?.textContent?.includes('Stub keys'))
    await page.evaluate(() => {
      const { strike } = window as unknown as { strike: (...data: number[]) => void }
      strike(0x90, 62, 80)
      strike(0x80, 62, 0)
      strike(0x90, 65, 80)
      strike(0x90, 65, 0) // a note-off in disguise
      strike(0xb0, 64, 127) // a pedal
    })
    expect(await primerShown(page)).toBe('62x2-65x2')
    await press(page, 'MIDI keyboard')
    await page.evaluate(() => (window as unknown as { strike: (...data: number[]) => void }).strike(0x90, 70, 80))
    expect(await primerShown(page)).toBe('62x2-65x2')
    expect(complaints).toEqual([])
    await close()
  })

  it('says what to do without Web MIDI and when it is denied, and keeps working', async () => {
    const refuse = (page: Page): Promise<unknown> =>
      page.addInitScript(() => {
        Object.assign(navigator, { requestMIDIAccess: () => Promise.reject(new DOMException('no', 'NotAllowedError')) })
      })
    const denied = await open('', {}, refuse)
    await press(denied.page, 'MIDI keyboard')
    await denied.page.locator('#play-problem p').waitFor()
    expect(await problem(denied.page)).toContain('did not allow MIDI')
    await press(denied.page, 'Continue')
    await reaches(denied.page, 'finished')
    await denied.close()
    const without = await open('', {}, (page) =>
      page.addInitScript(() => Object.defineProperty(navigator, 'requestMIDIAccess', { value: undefined })),
    )
    await press(without.page, 'MIDI keyboard')
    await without.page.locator('#play-problem p').waitFor()
    expect(await problem(without.page)).toContain('no Web MIDI')
    await without.close()
  })

  it('says what to do with a file that is not MIDI, and a wrong link, and keeps working', async () => {
    const { page, complaints, close } = await open('#it=9&primer=60&seed=many')
    expect(await problem(page)).toContain('“9”')
    expect(await problem(page)).toContain('“many”')
    await page.locator('#play-file').setInputFiles(midi)
    await page.waitForFunction(() => document.querySelector('#play-problem')?.textContent?.includes('no MIDI file'))
    await page.locator('#play-file').setInputFiles(join(study, 'generated_melodies/iteration_1/it_1_major_nr_1.mid'))
    await page.waitForFunction(() =>
      document.querySelector('#play-status')?.textContent?.includes('it_1_major_nr_1.mid'),
    )
    expect(await problem(page)).toBe('')
    await page.locator('#play-bars').fill('500')
    await page.locator('#play-bars').press('Tab')
    expect(await problem(page)).toContain('“500”')
    expect(await page.locator('#play-bars').inputValue()).not.toBe('500')
    await page.locator('#play-bars').fill('2')
    await page.locator('#play-bars').press('Tab')
    await press(page, 'Continue')
    await reaches(page, 'failed')
    expect(await problem(page)).toContain('The primer fills all 2 bars')
    expect(complaints).toEqual([])
    await close()
  })

  it('opens a tune in ABC as the command line reads it, and nothing that a tune says runs', async () => {
    const { page, complaints, close } = await open()
    const put = (name: string, text: string): Promise<void> =>
      page.locator('#play-file').setInputFiles({ name, mimeType: 'text/vnd.abc', buffer: Buffer.from(text) })
    const tune = 'X:1\nT:Air\nM:4/4\nL:1/8\nQ:1/4=96\nK:D\n%%beginjs\nfetch("/ran")\n%%endjs\n|:DEFG:|\n'
    await put('air.abc', tune)
    await page.waitForFunction(() => document.querySelector('#play-status')?.textContent?.includes('air.abc'))
    const { events } = choosePrimer(readAbc(tune), {}, false).primer
    expect(events).toHaveLength(16)
    expect(await primerShown(page)).toBe('62x2-64x2-66x2-67x2-62x2-64x2-66x2-67x2')
    expect(melodyNotes(events).map(({ pitch }) => pitch)).toEqual([62, 64, 66, 67, 62, 64, 66, 67])
    expect(await page.locator('#play-qpm').inputValue()).toBe('96')
    await press(page, 'Continue')
    await reaches(page, 'finished')
    const abc = (await saved(page, 'Save ABC')).bytes.toString()
    expect(abc).toContain('"^model"')
    const xml = (await saved(page, 'Save MusicXML')).bytes
    expect(quantize(readMusicXml(xml.toString()), 4).notes).toEqual(quantize(readAbc(abc), 4).notes)
    expect(readMidi(new Uint8Array((await saved(page)).bytes)).notes).toHaveLength(readAbc(abc).notes.length)
    await put('none.abc', 'X:1\nK:C\nz4|\n')
    await page.waitForFunction(() => document.querySelector('#play-problem')?.textContent?.includes('none.abc: '))
    expect(complaints).toEqual([])
    await close()
  })

  it('makes melodies where there is no sound, and plays a plain tone where the piano cannot be had', async () => {
    const silent = await open('', {}, (page) =>
      page.addInitScript(() => Object.defineProperty(window, 'AudioContext', { value: undefined })),
    )
    await press(silent.page, 'Continue')
    await reaches(silent.page, 'finished')
    expect(await problem(silent.page)).toContain('no Web Audio')
    expect((await saved(silent.page)).bytes.length).toBeGreaterThan(100)
    await silent.close()
    const plain = await open('', {}, (page) =>
      page.route('**/piano.mp3', (route) => route.fulfill({ body: 'no sound' })),
    )
    await press(plain.page, 'Continue')
    await plain.page.waitForFunction(
      () => document.querySelector<HTMLElement>('play-desk')?.dataset['playing'] === 'true',
    )
    expect(await problem(plain.page)).toContain('a plain tone plays instead')
    await plain.close()
  })

  it('says when weights cannot be loaded or are others than published, and tries again', async () => {
    let answer: 'refuse' | 'damage' | 'pass' = 'refuse'
    const { page, close } = await open('', {}, (page) =>
      page.context().route('**/*.safetensors*', async (route) => {
        if (answer === 'refuse') return route.abort()
        if (answer === 'pass') return route.continue()
        const body = await (await route.fetch()).body()
        body[body.length - 1]! ^= 1
        return route.fulfill({ body })
      }),
    )
    await page.locator('#play-aloud').uncheck()
    await press(page, 'Continue')
    await reaches(page, 'failed')
    expect(await problem(page)).toContain('could not be loaded')
    answer = 'damage'
    await press(page, 'Continue')
    await page.waitForFunction(() => document.querySelector('#play-problem')?.textContent?.includes('checksum differs'))
    answer = 'pass'
    await press(page, 'Continue')
    await reaches(page, 'finished')
    expect(await problem(page)).toBe('')
    await close()
  })

  it('says nothing of a melody that is gone: not in words, not in the address', async () => {
    let isRefused = false
    const { page, close } = await open('', {}, (page) =>
      page.context().route('**/*.safetensors*', (route) => (isRefused ? route.abort() : route.continue())),
    )
    const made = (): Promise<string | null> => page.locator('#play-made').textContent()
    await page.locator('#play-aloud').uncheck()
    await press(page, 'Continue')
    await reaches(page, 'finished')
    expect(await made()).toContain('log-likelihood')
    await press(page, 'Clear')
    expect(await made()).toBe('')
    expect(new URL(page.url()).hash).toBe('')
    expect(await page.locator('.heat-canvas').getAttribute('aria-label')).toBe('Nothing has been made yet')
    await press(page, 'Undo')
    await press(page, 'Continue')
    await reaches(page, 'finished')
    isRefused = true
    await page.locator('input[name=iteration]').first().check({ force: true })
    await reaches(page, 'failed')
    expect(await made()).toBe('')
    await close()
  })

  it('fits a page of 390 pixels, where a tap sets a note', async () => {
    const { page, complaints, close } = await open('', {
      ...{ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
    })
    await press(page, 'Clear')
    const roll = await rollBox(page)
    await page.touchscreen.tap(roll.x + 44 + 5, roll.y + 18 + 24 * 11 + 5)
    expect(await primerShown(page)).toBe('60x2')
    await press(page, 'Continue')
    await reaches(page, 'finished')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    expect(complaints).toEqual([])
    await close()
  })

  it('says without JavaScript what would be here, and leads to the published melodies', async () => {
    const { page, close } = await open('', { javaScriptEnabled: false })
    expect(await page.locator('play-desk').isVisible()).toBe(false)
    expect(await page.locator('main').innerText()).toContain('needs JavaScript')
    for (const path of ['melodies/', 'iteration-1/', 'iteration-2.2/'])
      expect(await page.locator(`noscript a[href$="/${path}"], main a[href$="/${path}"]`).count()).toBeGreaterThan(0)
    await close()
  })
})
