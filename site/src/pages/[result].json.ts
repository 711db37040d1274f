import type { APIRoute, GetStaticPaths } from 'astro'
import {
  loadAblations,
  loadDuet,
  loadIterations,
  loadMusic,
  loadStudyRecord,
  loadSteps,
  loadSummary,
  loadTargets,
  loadTogether,
  loadTransfers,
  loadTuner,
} from '../lib/study.ts'

/** The numbers behind a page, as published: an iteration's, the summary, and the original study's record. */
export const getStaticPaths: GetStaticPaths = () => {
  const iterations = loadIterations().map(({ slug, result }) => [slug, result] as const)
  const others = [
    ['summary', loadSummary()] as const,
    ['study', loadStudyRecord()] as const,
    ['steps', loadSteps()] as const,
    ['musical', loadMusic()] as const,
    ['rl-tuner', loadTuner()] as const,
    ['targets', loadTargets()] as const,
    ['transfer', loadTransfers()] as const,
    ['ablations', loadAblations()] as const,
    ['duet', loadDuet()] as const,
    ['together', loadTogether()] as const,
  ]
  return [...iterations, ...others.filter(([, value]) => value !== null)].map(([name, value]) => {
    return { params: { result: name }, props: { value } }
  })
}

export const GET: APIRoute = ({ props }) =>
  new Response(`${JSON.stringify(props['value'], null, 1)}\n`, { headers: { 'content-type': 'application/json' } })
