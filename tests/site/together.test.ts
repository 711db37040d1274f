import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FolderServer, serveFolder } from '../../site/build/serveFolder.ts'
import { singMelody } from '../../site/src/scripts/instrument/simulatedSinger.ts'
import { encodeWav } from '../../site/src/scripts/instrument/wav.ts'
import { continueMelody, plainSampling } from '../../src/generation/continueMelody.ts'
import { openDialled } from '../../src/generation/openDialled.ts'
import { openModelFile } from '../../src/generation/modelFile.ts'
import { eventsOfNotes } from '../../src/melody/melody.ts'
import { readAbc } from '../../src/score/readAbc.ts'
import { readMidi } from '../../src/score/readMidi.ts'
import { readMusicXml } from '../../src/score/musicXml/readMusicXml.ts'
import { mulberry32 } from '../../src/support/random.ts'
import { generate } from '../../src/study/generate.ts'
import { quietEffects } from '../generation/fixtures.ts'
import { findChromium } from './chromium.ts'
import { BASE, standInSite } from './standInSite.ts'

const MINUTES = 60_000
const program = findChromium()

describe.skipIf(program === null)('the instrument, in a browser', () => {
  let browser: Browser
  let server: FolderServer
  let address: string
  let study: string

  beforeAll(async () => {
    const made = await standInSite()
    study = made.study
    server = await serveFolder(made.site, { port: 42_280, host: '127.0.0.1', base: BASE })
    address = `http://127.0.0.1:${server.port}${BASE}play/`
    browser = await chromium.launch({ executablePath: program as string, args: ['--no-sandbox'] })
  }, 10 * MINUTES)
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  async function open(
    hash = '',
    options: BrowserContextOptions = {},
    before?: (page: Page) => Promise<unknown>,
  ): Promise<{ page: Page; complaints: string[]; close: () => Promise<void> }> {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    await before?.(page)
    await page.goto(address + hash)
    await page.locator('.keys .key').first().waitFor()
    return { page, complaints, close: () => context.close() }
  }

  const phase = (page: Page, name: string): Promise<void> =>
    page.locator(`play-together[data-phase="${name}"]`).waitFor()
  const key = (page: Page, pitch: number): Promise<void> => page.locator(`.key[data-pitch="${pitch}"]`).click()
  const press = (page: Page, name: string): Promise<void> =>
    page.locator('play-together').getByRole('button', { name, exact: true }).click()
  const words = (page: Page): Promise<string | null> => page.locator('#together-words').textContent()
  const problem = (page: Page): Promise<string> => page.locator('#together-problem').innerText()

  /** Three keys, and the model's reply to its end. */
  async function takeTurn(page: Page): Promise<void> {
    for (const pitch of [60, 64, 67]) await key(page, pitch)
    await phase(page, 'reply')
    await phase(page, 'idle')
  }

  async function saved(page: Page, name: string): Promise<Buffer> {
    const waiting = page.waitForEvent('download')
    await press(page, name)
    return readFile(await (await waiting).path())
  }

  it('answers what a visitor without any instrument taps, within 30 seconds of opening the page', async () => {
    const opened = performance.now()
    const { page, complaints, close } = await open()
    for (const pitch of [60, 62, 64]) await key(page, pitch)
    await page.locator('play-together[data-phase="reply"]').waitFor({ timeout: 30_000 - (performance.now() - opened) })
    await phase(page, 'idle')
    expect(await words(page)).toMatch(/^You: C4 at bar 1, step 1 .*Reply: (?!nothing)/)
    expect(complaints).toEqual([])
    await close()
  })

  it.each([
    { width: 1366, height: 768, hasTouch: false },
    { width: 390, height: 844, hasTouch: true },
  ])('has its button, roll and keys in the first screen of $width × $height', async ({ width, height, hasTouch }) => {
    const { page, close } = await open('', { viewport: { width, height }, hasTouch, isMobile: hasTouch })
    for (const part of ['.together-bar .main', '.together-roll', '.keys']) {
      const box = (await page.locator(part).first().boundingBox())!
      expect(box.y, part).toBeGreaterThan(0)
      expect(box.y + box.height, part).toBeLessThanOrEqual(height)
      expect(box.x + box.width, part).toBeLessThanOrEqual(width)
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    await close()
  })

  it('replies with the events that the command line’s engine continues the call by, and saves both parts', async () => {
    const { page, complaints, close } = await open()
    await page.locator('.drawer summary:visible').first().click()
    await page.locator('#together-model').selectOption('2.1')
    await page.locator('#together-call').selectOption('1')
    await page.locator('#together-seed').fill('7')
    await page.locator('#together-seed').press('Tab')
    await takeTurn(page)
    const { notes, tempos, timeSignatures } = readMidi(await saved(page, 'Save as MIDI'))
    expect(tempos[0]!.qpm).toBeCloseTo(96, 2)
    expect(timeSignatures[0]).toMatchObject({ numerator: 4, denominator: 4 })
    const stepSeconds = 60 / 96 / 4
    const part = (instrument: number, from: number) =>
      notes
        .filter((note) => note.instrument === instrument)
        .map(({ pitch, startSeconds, endSeconds }) => ({
          ...{ pitch, startStep: Math.round(startSeconds / stepSeconds) - from },
          endStep: Math.round(endSeconds / stepSeconds) - from,
        }))
    const call = eventsOfNotes(part(0, 0), 16)
    const { model } = await openModelFile(join(study, 'report/results/checkpoints/2.1.safetensors'))
    const { events } = await continueMelody(model, call, { ...plainSampling, totalSteps: 32 }, mulberry32(7))
    const made = events.slice(16)
    const heard = eventsOfNotes(part(1, 16), 16)
    expect(heard.map((event) => Math.max(event, -1)).filter((event) => event >= 0)).toEqual(
      made.filter((event) => event >= 0),
    )
    expect(heard.flatMap((event, step) => (event >= 0 ? [step] : []))).toEqual(
      made.flatMap((event, step) => (event >= 0 ? [step] : [])),
    )
    const abc = (await saved(page, 'ABC')).toString()
    expect(abc).toContain('"^partner"')
    const xml = (await saved(page, 'MusicXML')).toString()
    expect(readMusicXml(xml).notes.map(({ pitch }) => pitch)).toEqual(readAbc(abc).notes.map(({ pitch }) => pitch))
    const wav = await saved(page, 'WAV')
    expect(wav.subarray(0, 4).toString()).toBe('RIFF')
    const samples = new Int16Array(wav.buffer.slice(wav.byteOffset + 44, wav.byteOffset + 44 + 4 * 44_100))
    expect(Math.max(...samples.subarray(0, 88_200))).toBeGreaterThan(500)
    expect(complaints).toEqual([])
    await close()
  })

  /** The events of call and reply in a saved file, at 96 beats per minute. */
  function eventsOf(midi: Uint8Array, steps: number): number[] {
    const stepSeconds = 60 / 96 / 4
    const line = readMidi(midi).notes.map(({ pitch, startSeconds, endSeconds }) => ({
      ...{ pitch, startStep: Math.round(startSeconds / stepSeconds) },
      endStep: Math.round(endSeconds / stepSeconds),
    }))
    return eventsOfNotes(
      line.toSorted((a, b) => a.startStep - b.startStep),
      steps,
    )
  }

  it('leans to a second model, and draws bars again, as the command line does', async () => {
    const { page, complaints, close } = await open()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.locator('.drawer summary:visible').first().click()
    await page.locator('#together-model').selectOption('2.1')
    await page.locator('#together-seed').fill('7')
    await page.locator('#together-seed').press('Tab')
    await takeTurn(page)
    expect(asked.some((url) => url.includes('2.2.safetensors'))).toBe(false) // loaded at first use
    await page.locator('#together-dial').fill('0.5')
    await takeTurn(page)
    expect(asked.some((url) => url.includes('2.2.safetensors'))).toBe(true)
    expect(await words(page)).toContain('iteration 2.1 leaning 50% to 2.2')
    await press(page, 'Take back') // the first turn is saved with the second otherwise
    expect(await page.locator('play-together').getAttribute('data-turns')).toBe('1')
    await press(page, 'Another reply')
    await page.waitForFunction(() => !document.querySelector('#together-status')?.textContent?.includes('thinks'))
    await phase(page, 'idle')
    const before = eventsOf(await saved(page, 'Save as MIDI'), 64)
    const seed = Number(await page.locator('#together-seed').inputValue())
    const pathOf = (name: string): string => join(study, `report/results/checkpoints/${name}.safetensors`)
    const dialled = await openDialled({ general: pathOf('2.1'), style: pathOf('2.2') }, { style: 0.5, by: 'outputs' })
    const plain = { ...plainSampling, totalSteps: 64 }
    const { events } = await continueMelody(dialled, before.slice(0, 32), plain, mulberry32(seed))
    expect(notesOf(before)).toEqual(notesOf(events))
    await page.locator('#together-rewrite-last').fill('3')
    await page.locator('#together-rewrite-last').press('Tab')
    await press(page, 'Draw again')
    await page.waitForFunction(() => document.querySelector('#together-status')?.textContent?.includes('Drawn again'))
    const after = eventsOf(await saved(page, 'Save as MIDI'), 64)
    const [written] = await generate(
      {
        ...{ iteration: '2.1', primers: [before.join(',')], temperature: 1, topP: 1, topK: null, seed, count: 1 },
        ...{ beamSize: 1, branchFactor: 1, stepsPerIteration: 1, force: false, out: join(study, 'rewritten') },
        ...{ dial: { style: 0.5, by: 'outputs' }, rewrite: { bars: { first: 2, last: 3 } } },
        folders: { root: study, data: join(study, 'data') },
      },
      quietEffects(),
    )
    expect(notesOf(after)).toEqual(notesOf(written!.sidecar.events))
    expect(notesOf(after.slice(0, 16))).toEqual(notesOf(before.slice(0, 16)))
    expect(notesOf(after.slice(48))).toEqual(notesOf(before.slice(48)))
    await press(page, 'Link to this')
    await page.waitForFunction(() => location.hash.startsWith('#d=2.'))
    const [hash, said] = [await page.evaluate(() => location.hash), await words(page)]
    await page.locator('#together-rewrite-first').fill('1')
    await page.locator('#together-rewrite-first').press('Tab')
    await press(page, 'Draw again')
    await page.locator('#together-problem p').waitFor()
    expect(await problem(page)).toContain('Bars 1-3 of a melody cannot be rewritten: nothing stands before bar 1')
    expect(complaints).toEqual([])
    await close()
    const other = await open(hash)
    await other.page.locator('play-together[data-turns="1"]').waitFor()
    expect(await words(other.page)).toBe(said)
    const shown = (id: string): Promise<string> => other.page.locator(`#together-${id}`).inputValue()
    expect([await shown('model'), await shown('dial'), await shown('seed')]).toEqual(['2.1', '0.5', String(seed)])
    await other.close()
  })

  /** Where notes begin, and which: what events say besides how long the last one sounds. */
  const notesOf = (events: readonly number[]): (readonly [number, number])[] =>
    events.flatMap((event, step) => (event >= 0 ? [[step, event] as const] : []))

  it('shares what was played by its address, and says what to do with one of another version', async () => {
    const { page, close } = await open()
    await takeTurn(page)
    const before = await words(page)
    await press(page, 'Link to this')
    await page.waitForFunction(() => location.hash.startsWith('#d=2.'))
    const hash = await page.evaluate(() => location.hash)
    await close()
    const other = await open(hash)
    await other.page.locator('play-together[data-turns="1"]').waitFor()
    expect(await words(other.page)).toBe(before)
    await press(other.page, 'Play again')
    await phase(other.page, 'replay')
    await phase(other.page, 'idle')
    await other.close()
    const wrong = await open('#d=9.abc')
    await wrong.page.locator('#together-problem p').waitFor()
    expect(await problem(wrong.page)).toContain('another version')
    await takeTurn(wrong.page)
    await wrong.close()
  })

  it('is played and edited with the keyboard alone', async () => {
    const { page, complaints, close } = await open()
    await page.locator('.key[data-pitch="60"]').focus()
    await page.keyboard.press('ArrowRight')
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset['pitch'])).toBe('61')
    await page.keyboard.press('Enter')
    await phase(page, 'call')
    await page.keyboard.press('d') // letters play inside the instrument
    await phase(page, 'reply')
    await phase(page, 'idle')
    expect(await words(page)).toMatch(/^You: C♯4 .*E4/)
    await page.locator('.together-roll').focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('Delete')
    expect(await page.locator('#together-cursor').innerText()).toContain('removed')
    await page.waitForFunction(() => document.querySelector('#together-status')?.textContent?.includes('has answered'))
    await press(page, 'Take back')
    expect(await words(page)).toContain('C♯4')
    expect(complaints).toEqual([])
    await close()
  })

  /** A browser with a MIDI keyboard, whose keys the test strikes, and an output, whose messages it reads. */
  const withMidi = (page: Page): Promise<unknown> =>
    page.addInitScript(() => {
      const input = { name: 'Stub keys', state: 'connected', onmidimessage: null as ((event: unknown) => void) | null }
      const sent: number[][] = []
      const output = { id: 'out', name: 'Stub synth', state: 'connected', send: (bytes: number[]) => sent.push(bytes) }
      const access = {
        inputs: new Map([['1', input]]),
        outputs: new Map([['out', output]]),
        onstatechange: null as (() => void) | null,
      }
      const strike = (...data: number[]): void =>
        input.onmidimessage?.({ data: Uint8Array.from(data), timeStamp: performance.now() })
      const unplug = (): void => {
        input.state = 'disconnected'
        access.onstatechange?.()
      }
      Object.assign(window, { strike, unplug, sent })
      Object.assign(navigator, { requestMIDIAccess: () => Promise.resolve(access) })
    })

  it('listens to a MIDI keyboard, sends the reply to an output, and lets go of a keyboard that is unplugged', async () => {
    const { page, complaints, close } = await open('', {}, withMidi)
    await page.locator('.drawer summary:visible').first().click()
    await press(page, 'Connect MIDI')
    await page.waitForFunction(() => document.querySelector('#together-status')?.textContent?.includes('Stub keys'))
    await page.locator('#together-output').selectOption('out')
    await page.locator('#together-call').selectOption('1')
    const said = await page.evaluate(() => {
      const { strike, unplug } = window as unknown as { strike: (...data: number[]) => void; unplug: () => void }
      strike(0x90, 62, 40)
      strike(0x80, 62, 0)
      strike(0x90, 65, 60)
      unplug()
      return document.querySelector('#together-problem')!.textContent
    })
    expect(said).toContain('unplugged')
    expect(await page.locator('.key.down').count()).toBe(0)
    await phase(page, 'reply')
    await phase(page, 'idle')
    const sent = await page.evaluate(() => (window as unknown as { sent: number[][] }).sent)
    const strikes = sent.filter(([status]) => status === 0x90)
    expect(strikes.length).toBeGreaterThan(0)
    expect(new Set(strikes.map(([, , velocity]) => velocity))).toEqual(new Set([50])) // the call's mean
    expect(complaints).toEqual([])
    await close()
  })

  it('hears a call that is hummed, and closes the microphone where the reply begins', async () => {
    const notes = [60, 64, 67, 72].map((pitch, n) => ({ pitch, startStep: 4 * n, endStep: 4 * n + 4 }))
    const [sampleRate, lead] = [48_000, 48_000]
    const sung = singMelody(notes, { stepSeconds: 60 / 96 / 4, sampleRate, seed: 1 })
    const file = join(study, 'sung.wav')
    await writeFile(file, encodeWav([Float32Array.from([...new Float32Array(lead), ...sung])], sampleRate))
    const device = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
    const args = ['--no-sandbox', ...device, `--use-file-for-fake-audio-capture=${file}%noloop`]
    const singing = await chromium.launch({ executablePath: program as string, args })
    try {
      const page = await singing.newPage()
      const asked: string[] = []
      await page.goto(address)
      await page.locator('.keys .key').first().waitFor()
      page.on('request', (request) => asked.push(request.method()))
      await press(page, 'Hum a call')
      await phase(page, 'reply')
      expect(await page.locator('[data-do="hum"]').getAttribute('aria-pressed')).toBe('false')
      await phase(page, 'idle')
      const heard = [...(await words(page))!.split('Reply')[0]!.matchAll(/([A-G]♯?\d) at/g)].map(([, name]) => name)
      expect(heard).toEqual(['C4', 'E4', 'G4', 'C5'])
      expect(new Set(asked)).toEqual(new Set(['GET'])) // nothing leaves the page
    } finally {
      await singing.close()
    }
  })

  it('holds the reply to controls, says what they cost, and what to do with those that nothing meets', async () => {
    const { page, complaints, close } = await open()
    await page.locator('.drawer summary:visible').first().click()
    await page.locator('#together-model').selectOption('2.1')
    await page.locator('#together-call').selectOption('1')
    const set = async (name: string, value: string): Promise<void> => {
      await page.locator(`#together-control-${name}`).fill(value)
      await page.locator(`#together-control-${name}`).press('Tab')
    }
    await page.locator('#together-control-key').selectOption('dorian')
    await set('density', '2')
    await takeTurn(page)
    expect(await page.locator('[data-cost="key"]').textContent()).toMatch(/^cost \d\.\d\d bits per note$/)
    expect(await page.locator('[data-cost="density"]').textContent()).toMatch(/^cost /)
    const reply = [...(await words(page))!.split('Reply:')[1]!.matchAll(/([A-G][♯♭]?)-?\d at/g)].map(([, name]) => name)
    for (const name of reply) expect(['C', 'D', 'E♭', 'F', 'G', 'A', 'B♭']).toContain(name)
    await set('density', '9')
    expect(await problem(page)).toContain('The density “9” cannot be used')
    await set('density', '')
    await set('range', '0')
    await set('stepwise', '50')
    await key(page, 60)
    await page.waitForFunction(() => document.querySelector('#together-problem')?.textContent?.includes('one pitch'))
    await phase(page, 'idle')
    await set('range', '12')
    await takeTurn(page)
    expect(complaints).toEqual([])
    await close()
  })

  it('plays a duet with a tune at one press, stops at once, and saves both lines', async () => {
    const { page, complaints, close } = await open('', { viewport: { width: 1366, height: 768 } })
    await press(page, 'Hear a duet')
    await page.locator('play-together[data-duet="playing"]').waitFor({ timeout: 30_000 })
    // Picture, button and keys are on the first screen.
    for (const part of ['.duet-fall', '[data-do="start"]', '.keys']) {
      const box = await page.locator(part).boundingBox()
      expect((box?.y ?? NaN) + (box?.height ?? NaN)).toBeLessThanOrEqual(768)
    }
    const reading = page.locator('#duet-reading')
    await page.waitForFunction(() => document.querySelector('#duet-reading')?.textContent?.includes('played') === true)
    expect(await reading.textContent()).toMatch(/^Heard [A-G].* in .* · played [A-G]/)
    await press(page, 'Stop')
    await page.locator('play-together[data-duet="idle"]').waitFor()
    const { notes } = readMidi(new Uint8Array(await saved(page, 'Save as MIDI')))
    expect(new Set(notes.map(({ instrument }) => instrument)).size).toBe(2)
    expect(complaints).toEqual([])
    await close()
  })

  it('answers keys at the same time, of two at once the top one', async () => {
    const { page, complaints, close } = await open('#duet')
    await page.getByRole('radio', { name: 'At the same time' }).check()
    await press(page, 'Start')
    await page.locator('play-together[data-duet="playing"]').waitFor({ timeout: 30_000 })
    await page.locator('.key').first().focus()
    for (let n = 0; n < 24; n++) await page.keyboard.press(['a', 'd', 'g'][n % 3] ?? 'a', { delay: 150 })
    await page.keyboard.down('a')
    await page.keyboard.down('g')
    await page.keyboard.up('a')
    await page.keyboard.up('g')
    expect(await problem(page)).toContain('the top one leads')
    await press(page, 'Stop')
    const { missed = '' } = await page
      .locator('play-together')
      .evaluate((each) => ({ ...(each as HTMLElement).dataset }))
    expect(Number(missed.split('/')[1])).toBeGreaterThan(16)
    expect(complaints).toEqual([])
    await close()
  })

  it('says what to do where the microphone is denied, or is missing', async () => {
    for (const [name, said] of [
      ['NotAllowedError', 'did not allow the microphone'],
      ['NotFoundError', 'No microphone was found'],
    ] as const) {
      const { page, close } = await open('', {}, (page) =>
        page.addInitScript((name) => {
          const refuse = () => Promise.reject(new DOMException('no', name))
          Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia: refuse } })
        }, name),
      )
      await press(page, 'Hum a call')
      await page.locator('#together-problem p').waitFor()
      expect(await problem(page)).toContain(said)
      await close()
    }
  })

  it('says what to do without Web MIDI and without sound, and plays on', async () => {
    const { page, complaints, close } = await open('', {}, (page) =>
      page.addInitScript(() => {
        Object.defineProperty(navigator, 'requestMIDIAccess', { value: undefined })
        Object.defineProperty(window, 'AudioContext', { value: undefined })
      }),
    )
    await page.locator('.drawer summary:visible').first().click()
    await press(page, 'Connect MIDI')
    await page.locator('#together-problem p').waitFor()
    expect(await problem(page)).toContain('no Web MIDI')
    await page.locator('#together-tempo').fill('999')
    await page.locator('#together-tempo').press('Tab')
    expect(await problem(page)).toContain('“999”')
    await page.locator('#together-tempo').fill('300')
    await page.locator('#together-tempo').press('Tab')
    await press(page, 'Start')
    await phase(page, 'call')
    await key(page, 60)
    await phase(page, 'idle')
    expect(complaints).toEqual([])
    await close()
  })
})
