import { darkPalette, lightPalette } from '../../../src/charts/palette.ts'
import { pianoRollSpec } from '../../../src/charts/pianoRoll.ts'

/** A piano roll to zoom and point into, made when the details around it are first opened. */
class PianoRollView extends HTMLElement {
  connectedCallback(): void {
    const details = this.closest('details')
    details?.addEventListener('toggle', () => void this.show(details.open))
  }

  private async show(open: boolean): Promise<void> {
    if (!open || this.dataset['live'] !== undefined) return
    this.dataset['live'] = 'loading'
    const { default: Plotly } = await import('plotly.js-basic-dist-min')
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const draw = async (): Promise<void> => {
      const { data, layout, config } = this.figure(dark.matches)
      await Plotly.react(this, data, layout, config)
    }
    await draw()
    dark.addEventListener('change', () => void draw())
    this.dataset['live'] = 'ready'
  }

  private figure(dark: boolean): ReturnType<typeof pianoRollSpec> {
    const { events = '', primerSteps, stepsPerQuarter } = this.dataset
    return pianoRollSpec(
      { events: events.split(' ').map(Number), primerSteps: Number(primerSteps) },
      { stepsPerQuarter: Number(stepsPerQuarter), palette: dark ? darkPalette : lightPalette },
    )
  }
}

customElements.define('piano-roll-view', PianoRollView)
