import type { Spec } from 'vega'

/**
 * A chart drawn at build, which becomes a live one, with tooltips, when it is first pointed at, touched or focused.
 * The libraries are loaded then, from this site.
 */
class LiveChart extends HTMLElement {
  connectedCallback(): void {
    for (const type of ['pointerenter', 'touchstart', 'focusin']) {
      this.addEventListener(type, () => void this.enliven(), { once: true, passive: true })
    }
  }

  private async enliven(): Promise<void> {
    if (this.dataset['live'] !== undefined) return
    this.dataset['live'] = 'loading'
    const source = this.querySelector('script[type="application/json"]')?.textContent
    const drawing = this.querySelector<HTMLElement>('.drawing')
    if (!source || !drawing) return
    const [vega, { expressionInterpreter }, { Handler }] = await Promise.all([
      import('vega'),
      import('vega-interpreter'),
      import('vega-tooltip'),
    ])
    // Built beside the drawing and put in its place when ready, so that nothing jumps.
    const live = document.createElement('div')
    live.className = 'drawing'
    const view = new vega.View(vega.parse(JSON.parse(source) as Spec, undefined, { ast: true }), {
      renderer: 'svg',
      container: live,
      hover: true,
      expr: expressionInterpreter,
      tooltip: new Handler({ disableDefaultStyle: true }).call,
    })
    await view.runAsync()
    const label = drawing.querySelector('svg')?.getAttribute('aria-label')
    if (label) live.querySelector('svg')?.setAttribute('aria-label', label)
    drawing.replaceWith(live)
    this.dataset['live'] = 'ready'
  }
}

customElements.define('live-chart', LiveChart)
