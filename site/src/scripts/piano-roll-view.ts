import { darkPalette, lightPalette } from '../../../src/charts/palette.ts'
import { pianoRollSpec } from '../../../src/charts/pianoRoll.ts'
import { isDark, onThemeChange } from './theme.ts'
import { whenOpened } from './whenOpened.ts'

/** A piano roll to zoom and point into, drawn from the MIDI file itself when the details around it are first opened. */
class PianoRollView extends HTMLElement {
  connectedCallback(): void {
    whenOpened(this, () => this.show())
  }

  private async show(): Promise<void> {
    const [{ default: Plotly }, events] = await Promise.all([import('plotly.js-basic-dist-min'), this.events()])
    const draw = async (): Promise<void> => {
      const { data, layout, config } = this.figure(events, isDark())
      await Plotly.react(this, data, layout, config)
    }
    await draw()
    onThemeChange(() => void draw())
  }

  private async events(): Promise<number[]> {
    const { midi = '', steps, stepsPerQuarter } = this.dataset
    // With a parser of MIDI files that most readers never need.
    const [answer, { melodyOfMidi }] = await Promise.all([fetch(midi), import('./melodyOfMidi.ts')])
    return melodyOfMidi(await answer.arrayBuffer(), Number(stepsPerQuarter), Number(steps))
  }

  private figure(events: number[], dark: boolean): ReturnType<typeof pianoRollSpec> {
    const { primerSteps, stepsPerQuarter } = this.dataset
    return pianoRollSpec(
      { events, primerSteps: Number(primerSteps) },
      { stepsPerQuarter: Number(stepsPerQuarter), palette: dark ? darkPalette : lightPalette },
    )
  }
}

customElements.define('piano-roll-view', PianoRollView)
