/** The reader's choice of colours; `system` follows the device. */
type Theme = 'system' | 'light' | 'dark'

/** Key of the choice in the browser's storage; the script at the top of each page reads it before anything is drawn. */
const KEY = 'theme'
/** Sent to the document when the colours in use may have changed. */
const CHANGED = 'themechange'
const device = matchMedia('(prefers-color-scheme: dark)')

/** Whether the page is dark now, by the reader's choice or the device's. */
export function isDark(): boolean {
  const chosen = document.documentElement.dataset['theme']
  return chosen === undefined ? device.matches : chosen === 'dark'
}

/** Calls back whenever the page turns light or dark: what is drawn in fixed colours has to be drawn again. */
export function onThemeChange(callback: () => void): void {
  document.addEventListener(CHANGED, callback)
  device.addEventListener('change', callback)
}

function choose(theme: Theme): void {
  const { dataset } = document.documentElement
  if (theme === 'system') delete dataset['theme']
  else dataset['theme'] = theme
  remember(theme)
  document.dispatchEvent(new Event(CHANGED))
}

function remember(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, theme)
  } catch (error) {
    // A browser that keeps nothing (private, or storage turned off) still shows the choice on this page.
    if (!(error instanceof DOMException)) throw error
  }
}

/** The switch in the masthead. */
class ThemeSwitch extends HTMLElement {
  connectedCallback(): void {
    const chosen = document.documentElement.dataset['theme'] ?? 'system'
    for (const input of this.querySelectorAll('input')) {
      input.checked = input.value === chosen
      input.addEventListener('change', () =>
        choose(input.value === 'light' || input.value === 'dark' ? input.value : 'system'),
      )
    }
  }
}

customElements.define('theme-switch', ThemeSwitch)
