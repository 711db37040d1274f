import mdx from '@astrojs/mdx'
import { defineConfig } from 'astro/config'
import { fileURLToPath } from 'node:url'

const checkout = fileURLToPath(new URL('..', import.meta.url))
// What the site shows: published results and melodies, and the executed notebooks of a run.
process.env.CANTUS_OUT ??= checkout
process.env.CANTUS_DATA ??= fileURLToPath(new URL('../data', import.meta.url))

export default defineConfig({
  output: 'static',
  // One folder a build, so that two at once do not meet; `cantus site` removes it.
  cacheDir: process.env.CANTUS_SITE_CACHE ?? '../node_modules/.astro',
  compressHTML: true, // keeps the spaces between words and links, which the default drops at line ends
  build: { inlineStylesheets: 'always' }, // a page is drawn with what its own file holds; its policy names them by hash
  integrations: [mdx()],
  markdown: {
    // As in the notebooks: the colours of both schemes as variables; the style sheet takes one.
    shikiConfig: {
      themes: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
      defaultColor: false,
    },
  },
  devToolbar: { enabled: false },
  telemetry: false,
  vite: {
    build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 2000 },
    server: { fs: { allow: [checkout] } },
    // Drawn with at build; bundling them gains nothing there.
    ssr: { external: ['vega', 'vega-interpreter', 'vega-lite'] },
  },
})
