import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  display,
  liveOutput,
  notebookReporter,
  type MimeBundle,
  type OutputDisplay,
} from '../../src/notebook/display.ts'
import { lessons, melodyRows, setRow } from '../../src/charts/scores.ts'
import { cellText, htmlTable, textTable } from '../../src/support/text/table.ts'
import { funnelSpec } from '../../src/charts/bars.ts'

/** Stands in for tslab: keeps what each output was given. */
function recorder(): { outputs: MimeBundle[][]; newDisplay: () => OutputDisplay; display: OutputDisplay } {
  const outputs: MimeBundle[][] = []
  const newDisplay = (): OutputDisplay => {
    const shown: MimeBundle[] = []
    outputs.push(shown)
    return { raw: (mime, data) => void shown.push({ [mime]: data }), bundle: (data) => void shown.push(data) }
  }
  return { outputs, newDisplay, display: newDisplay() }
}

const row = { kind: 'train', seconds: 1, perplexity: 2, accuracy: 0.5, eventAccuracy: 0.1, noEventAccuracy: 1 } as const

describe('display', () => {
  it('shows a chart as vega-lite and as SVG in one output', async () => {
    const tslab = recorder()
    await display(tslab).chart(funnelSpec([{ name: 'files', count: 3 }]))
    expect(Object.keys(tslab.outputs[0]?.[0] ?? {})).toEqual([
      'application/vnd.vegalite.v5+json',
      'text/plain',
      'image/svg+xml',
    ])
  })

  it('shows a roll as plotly and as SVG, sound as a player, text escaped', () => {
    const tslab = recorder()
    const show = display(tslab)
    show.roll({ events: [60, -2], primerSteps: 0 }, { title: 'one' })
    show.audio(Uint8Array.of(255, 251), '<arp>')
    const [roll, audio] = tslab.outputs[0] ?? []
    expect(Object.keys(roll ?? {})).toEqual(['application/vnd.plotly.v1+json', 'image/svg+xml', 'text/plain'])
    expect(audio?.['text/html']).toContain('src="data:audio/mpeg;base64,//s="')
    expect(audio?.['text/html']).toContain('&lt;arp&gt;')
  })

  it('sends the simplest form that shows the matter where the kernel has no bundles', () => {
    const sent: string[] = []
    const output = { raw: (mime: string) => void sent.push(mime) }
    const show = display({ display: output, newDisplay: () => output })
    show.roll({ events: [60], primerSteps: 0 })
    show.table([{ a: 1 }])
    expect(sent).toEqual(['image/svg+xml', 'text/html'])
  })

  it('a live chart is one output, redrawn at most twice a second, whole at the end', async () => {
    const tslab = recorder()
    let time = 0
    const curve = display(tslab, () => time).liveChart({ metrics: ['loss'] })
    for (let step = 0; step < 100; step++) {
      time += 20
      curve.add({ ...row, step, loss: 2, steps: 1 })
    }
    expect(tslab.outputs).toHaveLength(2)
    expect(tslab.outputs[1]).toHaveLength(4)
    await curve.finish([{ ...row, step: 7, loss: 1.5, steps: 1 }])
    expect(JSON.stringify(tslab.outputs[1]?.[4])).toContain('{"step":7,"value":1.5')
    expect(tslab.outputs[1]?.[4]?.['image/svg+xml']).toContain('<svg')
  })

  it('aborts the jobs of its cells when the kernel is interrupted', async () => {
    const show = display(recorder())
    const before = show.effects().signal
    await setImmediate() // the cell's first turn is over
    process.emit('SIGINT')
    expect(before.aborted).toBe(true)
    expect(show.effects().signal.aborted).toBe(false)
  })
})

describe('liveOutput', () => {
  it('makes nothing of what it does not show', () => {
    const shown: MimeBundle[] = []
    let made = 0
    let time = 1000
    const live = liveOutput({ raw: () => undefined, bundle: (data) => void shown.push(data) }, () => time)
    const update = (): void => live.update(() => ({ 'text/plain': String(++made) }))
    for (const now of [1000, 1200, 1499, 1500, 1600]) {
      time = now
      update()
    }
    live.last({ 'text/plain': 'end' })
    expect(shown.map((data) => data['text/plain'])).toEqual(['1', '2', 'end'])
  })
})

describe('notebookReporter', () => {
  it('opens no output until something is said, and then keeps to one', () => {
    const { outputs, newDisplay } = recorder()
    const reporter = notebookReporter(newDisplay, () => 0)
    expect(outputs).toHaveLength(1) // the recorder's own display
    reporter.line('reading')
    const bar = reporter.bar('files', 4000, 'files')
    bar.update(1000)
    bar.stop()
    expect(outputs).toHaveLength(2)
    expect(outputs[1]?.at(-1)?.['text/plain']).toBe('reading')
  })

  it('leaves what a lone bar counted', () => {
    const { outputs, newDisplay } = recorder()
    const bar = notebookReporter(newDisplay, () => 0).bar('Reading', 4000, 'files')
    bar.update(4000)
    bar.stop()
    expect(outputs[1]?.at(-1)?.['text/plain']).toBe('Reading 4,000/4,000 files')
  })
})

describe('tables', () => {
  it('writes cells', () => {
    expect([1234567, 0.123456, 'a', null, Number.NaN, 1e-7].map(cellText)).toEqual([
      '1,234,567',
      '0.1235',
      'a',
      '–',
      '–',
      '1e-7',
    ])
  })

  it('escapes and aligns', () => {
    const html = htmlTable([{ name: '<b>', n: 2 }], 'R&B')
    expect(html).toContain('<caption>R&amp;B</caption>')
    expect(html).toContain('<td style="text-align:left">&lt;b&gt;</td><td style="text-align:right">2</td>')
  })

  it('puts numbers right, with one precision per column, also those that are texts; names stay left', () => {
    const html = htmlTable([
      { iteration: '1', loss: 6.6, share: '4.1%', note: 'a' },
      { iteration: '2.1', loss: 1.4567, share: '–', note: '2' },
    ])
    expect(
      [...html.matchAll(/<td style="text-align:(\w+)">([^<]*)</g)].map(([, side, cell]) => `${side} ${cell}`),
    ).toEqual([
      ...['left 1', 'right 6.600', 'right 4.1%', 'left a'],
      ...['left 2.1', 'right 1.457', 'right –', 'left 2'],
    ])
  })

  it('has a text form in columns', () => {
    expect(
      textTable([
        { name: 'long name', n: 1 },
        { name: 'b', n: 1000 },
      ]),
    ).toBe('name       n\nlong name  1\nb          1,000')
  })
})

describe('scores', () => {
  const scored = (loss: number, eventAccuracy: number): Parameters<typeof lessons>[0] => ({
    test: { loss, perplexity: Math.exp(loss), accuracy: 0.6, eventAccuracy, noEventAccuracy: 1, steps: 9 },
    baselines: { unigramLoss: 2, majorityAccuracy: 0.5 },
  })

  it('concludes no more than the numbers carry', () => {
    expect(lessons(scored(1.99, 0))).toEqual([
      expect.stringContaining('uses no context yet'),
      expect.stringContaining('names none'),
    ])
    expect(lessons(scored(1.6, Number.NaN))[0]).toContain('better than event frequencies alone')
    expect(lessons(scored(1.2, 0.24))).toEqual([
      expect.stringContaining('40% less'),
      expect.stringContaining('24% exactly'),
    ])
  })

  it('counts what a model added', () => {
    const melody = { primer: 'arp', events: [60, -2, 64, 67, -1], primerSteps: 2, logLikelihoodPerStep: -1.5 }
    expect(melodyRows([melody])).toEqual([
      {
        primer: 'arp',
        'steps added': 3,
        'notes added': 2,
        'different pitches': 2,
        'range (semitones)': 3,
        'log-likelihood (nats per step)': -1.5,
      },
    ])
    expect(setRow('held out', [{ events: [60, -2] }, { events: [60] }])).toEqual({
      set: 'held out',
      melodies: 2,
      steps: 3,
    })
  })
})
