import type { APIRoute, GetStaticPaths } from 'astro'
import { loadCorpus, readSplitList } from '../lib/study.ts'

/** The numbers of the corpora's page and the list of the split, as published; nothing where nothing was. */
export const getStaticPaths: GetStaticPaths = () => {
  const corpus = loadCorpus()
  if (corpus === null) return []
  return [
    {
      params: { file: 'report.json' },
      props: { text: `${JSON.stringify(corpus, null, 1)}\n`, type: 'application/json' },
    },
    { params: { file: 'split.tsv' }, props: { text: readSplitList(), type: 'text/tab-separated-values' } },
  ]
}

export const GET: APIRoute<{ text: string; type: string }> = ({ props: { text, type } }) =>
  new Response(text, { headers: { 'content-type': type } })
