import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { serveFolder } from '../../site/build/serveFolder.ts'
import { starterPrimers } from '../../src/generation/starterPrimers.ts'
import { findChromium } from './chromium.ts'
import { BASE, standInSite } from './standInSite.ts'

let site: string
beforeAll(async () => void ({ site } = await standInSite()), 600_000)

const [first, , third] = starterPrimers

describe('the page of the held-out tunes', () => {
  it('has each tune with its credit, and its continuations side by side', async () => {
    const html = await readFile(join(site, 'unseen/index.html'), 'utf8')
    expect(
      [...html.matchAll(/<section class="group" aria-labelledby="(starter-\d+)"/g)].map(([, name]) => name),
    ).toEqual(['starter-1', 'starter-3'])
    for (const { title, credit, licence, choice } of [first!, third!])
      for (const text of [title, credit, licence, choice]) expect(html).toContain(text)
    expect(html.match(/<article class="cell"/g)).toHaveLength(6)
    expect(html).toContain(`data-steps-per-bar="${third!.stepsPerBar}"`)
    expect(html).not.toMatch(/NaN|undefined/)
  })

  it('leaves out what a model made that has been replaced since', async () => {
    expect(await readFile(join(site, 'unseen/index.html'), 'utf8')).not.toContain('it_2.1_starter')
    expect(existsSync(join(site, 'melodies/starter/it_2.1_starter-1.mid'))).toBe(false)
  })

  it('publishes MIDI and sound, and no sidecar of a person', () => {
    for (const name of ['person', 'ppm', 'it_1']) {
      for (const ending of ['mid', 'mp3'])
        expect(existsSync(join(site, `melodies/starter/${name}_starter-1.${ending}`))).toBe(true)
      expect(existsSync(join(site, `melodies/starter/${name}_starter-1.json`))).toBe(name !== 'person')
    }
  })
})

const program = findChromium()

describe.skipIf(program === null)('the page of the held-out tunes in a browser', () => {
  it('changes who continues at the same place, and names them', async () => {
    const server = await serveFolder(site, { port: 42_370, host: '127.0.0.1', base: BASE })
    const browser = await chromium.launch({ executablePath: program as string, args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage()
      const complaints: string[] = []
      page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
      await page.goto(`http://127.0.0.1:${server.port}${BASE}unseen/`)
      expect(await page.locator('.bar .title').textContent()).toBe(`${first!.title}, a person`)
      await page.keyboard.press('b')
      expect(await page.locator('.bar .title').textContent()).toBe(`${first!.title}, PPM`)
      const buttons = await page.locator('.models button').allTextContents()
      expect(buttons.map((text) => text.trim())).toEqual(['A Person', 'B PPM', 'C 1'])
      await page.locator('.cell.current .play').click()
      await page.waitForFunction(
        () => document.querySelector<HTMLElement>('melody-board')?.dataset['state'] === 'playing',
      )
      await page.keyboard.press('c')
      await page.waitForFunction(() => document.querySelector('.cell.current')?.id === 'it_1_starter-1')
      expect(complaints).toEqual([])
    } finally {
      await browser.close()
      await server.close()
    }
  })
})
