import type { Spec } from 'vega'
import { ownAnswer } from './ownJson.ts'

/**
 * A chart drawn at build, which becomes a live one, with tooltips, when it is first pointed at, touched or focused.
 * The libraries are loaded then, from this site.
 */
class LiveChart extends HTMLElement {
  connectedCallback(): void {
    this.waitForReader()
  }

  private waitForReader(): void {
    delete this.dataset['live']
    for (const type of ['pointerenter', 'touchstart', 'focusin']) {
      this.addEventListener(type, () => void this.enliven(), { once: true, passive: true })
    }
  }

  private async enliven(): Promise<void> {
    if (this.dataset['live'] !== undefined) return
    this.dataset['live'] = 'loading'
    // A chart that was also drawn for a phone has two drawings; the page shows one.
    const drawing = [...this.querySelectorAll<HTMLElement>('.drawing')].find((each) => each.checkVisibility())
    const source = drawing?.dataset['source']
    if (source === undefined || !drawing) return
    const [answer, vega, { expressionInterpreter }, { Handler }] = await Promise.all([
      fetch(source),
      import('vega'),
      import('vega-interpreter'),
      import('vega-tooltip'),
    ])
    // The drawing stays as it is where the file cannot be had; the next touch tries again.
    if (!answer.ok) return this.waitForReader()
    const spec = await ownAnswer<Spec>(answer)
    // Built beside the drawing and put in its place when ready, so that nothing jumps.
    const live = document.importNode(drawing)
    const view = new vega.View(vega.parse(spec, undefined, { ast: true }), {
      renderer: 'svg',
      container: live,
      hover: true,
      expr: expressionInterpreter,
      tooltip: new Handler({ disableDefaultStyle: true }).call,
    })
    await view.runAsync()
    drawing.replaceWith(asOneImage(live, drawing))
    this.dataset['live'] = 'ready'
  }
}

/** The live chart with the words of the drawing: one image to who cannot see it. */
function asOneImage(live: HTMLElement, drawing: HTMLElement): HTMLElement {
  const [from, to] = [drawing, live].map((each) => each.querySelector('svg'))
  for (const name of ['role', 'aria-label', 'aria-describedby']) {
    const value = from?.getAttribute(name)
    if (value) to?.setAttribute(name, value)
  }
  for (const part of to?.querySelectorAll('[role], [aria-roledescription], [aria-label]') ?? []) {
    for (const name of ['role', 'aria-roledescription', 'aria-label']) part.removeAttribute(name)
  }
  return live
}

customElements.define('live-chart', LiveChart)
