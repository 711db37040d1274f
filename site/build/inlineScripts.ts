/** Sets the theme the reader chose before anything is drawn, so that it never flashes. */
export const THEME_SCRIPT = `try{const t=localStorage.theme;if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch{}`

/** The site's inline scripts: no other inline script may run. */
export const INLINE_SCRIPTS: readonly string[] = [THEME_SCRIPT]
