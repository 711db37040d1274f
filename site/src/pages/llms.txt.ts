import type { APIRoute } from 'astro'
import { getCollection } from 'astro:content'
import { href } from '../lib/links.ts'
import { navigation } from '../lib/navigation.ts'
import { loadCorpus, loadIterations, loadMusic, loadStudyRecord, loadSummary } from '../lib/study.ts'

/** What the site holds, for a language model: the chapters with their questions, and the numbers behind them (llmstxt.org). */
export const GET: APIRoute = async ({ site }) => {
  const address = (path: string): string => (site ? new URL(href(path), site).href : href(path))
  const link = (label: string, path: string, says = ''): string =>
    `- [${label}](${address(path)})${says === '' ? '' : `: ${says}`}`
  const chapters = new Map((await getCollection('chapters')).map(({ id, data }) => [id, data]))
  const overview = chapters.get('overview')
  const sections = navigation().map(({ title, pages }) => {
    const lines = pages.map(({ path, label }) => {
      const chapter = chapters.get(path === '' ? 'overview' : path.replace(/\/$/, ''))
      return link(chapter?.title ?? label, path, chapter?.question)
    })
    return `## ${title}\n\n${lines.join('\n')}\n`
  })
  const data = [
    ...loadIterations().map(({ name, slug }) =>
      link(`Iteration ${name}`, `${slug}.json`, 'run, settings, curve, numbers on test melodies'),
    ),
    ...(loadSummary() ? [link('Summary', 'summary.json', 'all models on the same test melodies, with intervals')] : []),
    ...(loadMusic() ? [link('Music', 'musical.json', 'musical measures of every set of melodies')] : []),
    ...(loadCorpus() ? [link('Corpora', 'corpus-report.json', 'from files to melodies, families, leaks')] : []),
    ...(loadStudyRecord() ? [link('The study', 'study.json', 'what the original study recorded')] : []),
  ]
  const text = [
    `# Cantus\n\n> ${overview?.title ?? 'Melodies from LSTM networks'}. ${overview?.question ?? ''}\n`,
    ...sections,
    `## Data (JSON)\n\n${data.join('\n')}\n`,
  ].join('\n')
  return new Response(text, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
