import type { TableRow } from '../support/text/table.ts'

/** Files of one label of the style selection that come from one source. */
export interface StyleYield {
  readonly source: string
  readonly style: string | null
  readonly files: number
  readonly strict: { readonly melodies: number }
}

/** The melodies that one label gives the transfer. */
export interface StyleShare {
  readonly group: string
  readonly melodies: { readonly train: number; readonly validation: number; readonly test: number }
}

/** What the study's style set held, and which label stands in for it here; null: nothing does. */
const STAND_INS: readonly { readonly study: string; readonly label: string | null; readonly note: string }[] = [
  { study: 'video-game themes', label: 'game', note: 'the same kind' },
  { study: 'film themes', label: 'film', note: 'the same kind, from two film series' },
  { study: 'television themes', label: null, note: 'missing' },
  {
    study: 'jazz solos (Weimar Jazz Database)',
    label: 'jazz-solo',
    note: 'the same database, on a grid of sixteenths',
  },
  {
    study: 'jazz ensembles (Davis, Coltrane, Hancock, Shorter, Wheeler, Weather Report)',
    label: 'jazz-ensemble',
    note: 'lead sheets stand in for them; none of these players',
  },
  {
    study: 'modal classical: impressionists, expressionists, Nordic national romantics',
    label: 'modal-classical',
    note: 'older music stands in for them; none of these schools',
  },
  { study: '–', label: 'modal-folk', note: 'not in the study: modal tunes, as a stand-in for modal writing at large' },
]

/**
 * The style selection label by label: what the study had, what stands in for it here, and how much of it is learnt from.
 * Labels that the study knows nothing of come last.
 * @param titleOf a collection's title by its source.
 */
export function styleTable(
  yields: readonly StyleYield[],
  shares: readonly StyleShare[],
  titleOf: (source: string) => string,
): TableRow[] {
  const labels = new Set(yields.flatMap(({ style }) => style ?? []))
  const known = STAND_INS.filter(({ label }) => label === null || labels.has(label))
  const others = [...labels].filter((label) => !STAND_INS.some((each) => each.label === label))
  const rows = [...known, ...others.map((label) => ({ study: '–', label, note: 'not in the study' }))]
  return rows.map(({ study, label, note }): TableRow => {
    const own = label === null ? [] : yields.filter(({ style }) => style === label)
    const melodies = shares.find(({ group }) => group === label)?.melodies
    return {
      'in the study': study,
      'label here': label ?? '–',
      'how they compare': note,
      files: own.reduce((sum, { files }) => sum + files, 0),
      'collections (files, melodies)': sourcesText(own, titleOf),
      'training melodies': melodies?.train ?? 0,
      'validation melodies': melodies?.validation ?? 0,
      'test melodies': melodies?.test ?? 0,
    }
  })
}

const sourcesText = (own: readonly StyleYield[], titleOf: (source: string) => string): string =>
  own.map(({ source, files, strict }) => `${titleOf(source)} (${files}, ${strict.melodies})`).join('; ') || '–'

/** How many files the style selection has, and which labels give most of its training melodies, in a sentence. */
export function styleSentence(yields: readonly StyleYield[], shares: readonly StyleShare[]): string {
  const files = yields.reduce((sum, each) => sum + (each.style === null ? 0 : each.files), 0)
  const all = shares.reduce((sum, { melodies }) => sum + melodies.train, 0)
  const most = shares
    .toSorted((a, b) => b.melodies.train - a.melodies.train)
    .slice(0, 2)
    .map(({ group, melodies }) => `${group} ${((100 * melodies.train) / all).toFixed(0)}%`)
  return `${files.toLocaleString('en')} files are labelled. Of the ${all.toLocaleString('en')} melodies that iteration 2.2 learns from, most come from two labels: ${most.join(', ')}.`
}
