import { whenOpened } from '../whenOpened.ts'

/** abcjs puts a style for what is dragged into every drawing; nothing is, and the page's policy forbids styles of its own. */
function withoutStyles(draw: () => unknown): void {
  const create = document.createElementNS.bind(document)
  document.createElementNS = ((space: string, name: string) =>
    create(space, name === 'style' ? 'metadata' : name)) as typeof document.createElementNS
  try {
    draw()
  } finally {
    document.createElementNS = create as typeof document.createElementNS
  }
}

/** Staves for the ABC text inside, drawn when the details around it are first opened; the text stays below for who wants it. */
class SheetMusic extends HTMLElement {
  connectedCallback(): void {
    whenOpened(this, () => this.show())
  }

  private async show(): Promise<void> {
    // The page has the title already, and a narrow one has no room for it.
    const text = (this.querySelector('pre')?.textContent ?? '').replace(/^T:.*\n/m, '')
    const { default: abcjs } = await import('abcjs')
    const staves = document.createElement('div')
    staves.className = 'staves'
    this.prepend(staves)
    const draw = (): unknown =>
      abcjs.renderAbc(staves, text, {
        responsive: 'resize',
        add_classes: true,
        staffwidth: 760,
        paddingleft: 0,
        paddingright: 0,
        // Narrow pages have fewer bars a line.
        ...(this.clientWidth < 560
          ? { staffwidth: 380, wrap: { minSpacing: 1.4, maxSpacing: 2.7, preferredMeasuresPerLine: 2 } }
          : {}),
      })
    withoutStyles(draw)
    const drawing = staves.querySelector('svg')
    drawing?.setAttribute('role', 'img')
    drawing?.setAttribute('aria-label', this.dataset['label'] ?? 'Sheet music')
  }
}

customElements.define('sheet-music', SheetMusic)
