import { findEntries, type FoundEntry } from './findEntries.ts'
import { ownAnswer } from './ownJson.ts'

interface Entry {
  readonly at: string
  readonly page: string
  readonly heading: string
  readonly text: string
}

/** Finds sections of the report: the index is fetched when somebody first looks for something. */
class SiteSearch extends HTMLElement {
  private readonly input = this.querySelector('input')
  private readonly list = this.querySelector('ul')
  private entries: readonly Entry[] | null = null

  connectedCallback(): void {
    this.input?.addEventListener('focus', () => void this.load())
    this.input?.addEventListener('input', () => void this.load().then(() => this.show()))
    this.addEventListener('keydown', (event) => this.onKey(event))
    this.addEventListener('focusout', ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && this.contains(relatedTarget))) this.hide()
    })
    document.addEventListener('keydown', (event) => {
      const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select') !== null
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      this.input?.focus()
    })
  }

  private async load(): Promise<void> {
    if (this.entries !== null) return
    const answer = await fetch(this.dataset['index'] ?? '').catch(() => null)
    this.entries = answer?.ok === true ? await ownAnswer<Entry[]>(answer) : []
  }

  private show(): void {
    const { list, input } = this
    if (list === null || input === null) return
    const found = findEntries(this.entries ?? [], input.value)
    list.replaceChildren(...found.map((each) => this.row(each)))
    if (found.length === 0 && input.value.trim().length > 1) list.append(this.nothing())
    list.hidden = list.childElementCount === 0
  }

  private row({ at, page, heading, text }: FoundEntry): HTMLLIElement {
    const [item, link, words] = [document.createElement('li'), document.createElement('a'), document.createElement('span')] // prettier-ignore
    link.href = `${this.dataset['base'] ?? '/'}${at}`
    link.textContent = heading === '' ? page : `${page}: ${heading}`
    words.textContent = text
    item.append(link, words)
    return item
  }

  private nothing(): HTMLLIElement {
    const item = document.createElement('li')
    item.textContent = 'Nothing found: try a shorter word.'
    return item
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      this.hide()
      this.input?.focus()
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    const links = [...this.querySelectorAll<HTMLElement>('input, li a')]
    const place = links.findIndex((link) => link === document.activeElement)
    const next = links[place + (event.key === 'ArrowDown' ? 1 : -1)]
    if (next === undefined) return
    event.preventDefault()
    next.focus()
  }

  private hide(): void {
    if (this.list) this.list.hidden = true
  }
}

customElements.define('site-search', SiteSearch)
