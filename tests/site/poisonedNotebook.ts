import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A notebook whose prose and outputs try to run something in whoever reads its page. */
export async function writePoisonedNotebook(folder: string): Promise<void> {
  const act = (name: string): string => `window.acted=(window.acted||[]).concat('${name}')`
  const html = [
    `<script>${act('output')}</script><scr<script></script>ipt>${act('nested')}</script><p>shown</p>`,
    `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>${act('svg')}</script><rect width="9" height="9"/></svg>`,
    `<img src="data:image/png;base64,AA" onerror="${act('handler')}"><svg onload="${act('load')}"></svg>`,
    `<iframe srcdoc="<script>parent.${act('frame')}</script>"></iframe><base href="https://example.org/">`,
    '<meta http-equiv="refresh" content="0;url=https://example.org/"><style>body{display:none}</style>',
  ]
  const outputs = html.map((output) => ({ output_type: 'display_data', data: { 'text/html': output } }))
  const cells = [
    {
      cell_type: 'markdown',
      source: `# Poisoned\n\n<script>${act('prose')}</script>\n\n[link](javascript:${act('link')})`,
    },
    { cell_type: 'code', source: '1 + 1', outputs },
  ]
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'poisoned.ipynb'),
    JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }),
  )
}
