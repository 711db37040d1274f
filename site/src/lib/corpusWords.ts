/** What the data sets of a run are made from, by the name that its settings or its data set give it. */
const CORPORA: Readonly<Record<string, string>> = {
  embedded: 'the embedded public-domain tunes',
  shared: 'the collections described under Corpora',
  folder: 'collections of MIDI files',
}

/** @example corpusWords('shared') // 'the collections described under Corpora' */
export const corpusWords = (name: string): string => CORPORA[name] ?? name
