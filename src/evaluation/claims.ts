import type { StudyIterationName } from '../config/experimentConfig.ts'
import {
  type Contrast,
  END_OF_TRANSFER,
  isDecided,
  type MusicalClaim,
  type MusicalReport,
  ourVerdict,
  type SetName,
  type Verdict,
} from '../results/musicalReport.ts'

type Claim = Omit<MusicalClaim, 'study' | 'ours' | 'oursLast'>

/**
 * What the study said it heard, in our words, each bound to the number that would show it. It has five pieces per cell: if
 * they point the right way but decide nothing, the verdict says so.
 */
const STUDY_CLAIMS: readonly Claim[] = [
  claim('data-motifs', 'A larger data set makes more repeated motifs', 'motifCoverage', 'all', '1', '2.1', 'higher'),
  claim('data-key', 'A larger data set keeps melodies in key', 'modeShare', 'all', '1', '2.1', 'higher'),
  claim(
    'bach-repeats',
    "Bach's figure: iteration 1 repeats pitches more than iteration 2.1",
    'samePitchShare',
    'bach',
    '1',
    '2.1',
    'lower',
  ),
  claim(
    'major-stepwise',
    'From the major primer iteration 2.1 moves more by step',
    'stepwiseShare',
    'major',
    '1',
    '2.1',
    'higher',
  ),
  claim(
    'minor-rhythm',
    'From the minor primer iteration 1 has more rhythmic variety',
    'rhythmEntropy',
    'minor',
    '1',
    '2.1',
    'lower',
  ),
  claim(
    'onenote-motifs',
    'From a single note iteration 2.1 makes motifs',
    'motifCoverage',
    'onenote',
    '1',
    '2.1',
    'higher',
  ),
  claim('bach-leaps', "Bach's figure: iteration 2.2 leaps less than 2.1", 'leapShare', 'bach', '2.1', '2.2', 'lower'),
  claim('bach-key', "Bach's figure: iteration 2.2 leaves the key more", 'modeShare', 'bach', '2.1', '2.2', 'lower'),
  claim(
    'major-key',
    'From the major primer iteration 2.2 leaves the key more',
    'modeShare',
    'major',
    '2.1',
    '2.2',
    'lower',
  ),
  claim(
    'minor-repeats',
    'From the minor primer iteration 2.2 repeats itself',
    'excessRepetition',
    'minor',
    '2.1',
    '2.2',
    'higher',
  ),
  claim(
    'arp-chords',
    'From the arpeggio iteration 2.2 breaks chords less',
    'arpeggioShare',
    'arp',
    '2.1',
    '2.2',
    'lower',
  ),
  claim(
    'modal-dorian',
    'From the modal primer iteration 2.2 keeps to dorian better',
    'dorianShare',
    'modal',
    '2.1',
    '2.2',
    'higher',
  ),
  claim(
    'major-surplus',
    'From the major primer iteration 1 repeats notes too often',
    'excessRepetition',
    'major',
    '1',
    '2.1',
    'lower',
  ),
  claim(
    'major-development',
    'From the major primer iteration 2.1 develops a theme',
    'development',
    'major',
    '1',
    '2.1',
    'higher',
  ),
  claim(
    'arp-shape',
    'From the arpeggio iteration 2.1 makes a shape and repeats it',
    'motifCoverage',
    'arp',
    '1',
    '2.1',
    'higher',
  ),
  claim('arp-broken', 'From the arpeggio iteration 1 breaks chords more', 'arpeggioShare', 'arp', '1', '2.1', 'lower'),
  claim(
    'bach-broken',
    "Bach's figure: iteration 2.1 breaks chords more",
    'arpeggioShare',
    'bach',
    '1',
    '2.1',
    'higher',
  ),
  claim(
    'bach-figure',
    "Bach's figure: iteration 2.1 keeps the half-bar figure, two notes high and one low",
    'periodicity8',
    'bach',
    '1',
    '2.1',
    'higher',
  ),
  claim(
    'minor-chromatic',
    'From the minor primer iteration 2.1 passes through notes outside the key',
    'diatonicShare',
    'minor',
    '1',
    '2.1',
    'lower',
  ),
  claim(
    'bach-figure-style',
    "Bach's figure: iteration 2.2 keeps the half-bar figure less",
    'periodicity8',
    'bach',
    '2.1',
    '2.2',
    'lower',
  ),
  claim(
    'arp-repeats',
    'From the arpeggio iteration 2.2 repeats notes more',
    'samePitchShare',
    'arp',
    '2.1',
    '2.2',
    'higher',
  ),
  claim(
    'minor-transposed',
    'From the minor primer iteration 2.2 transposes its motifs',
    'development',
    'minor',
    '2.1',
    '2.2',
    'higher',
  ),
  claim(
    'onenote-rhythm',
    'From a single note iteration 2.2 has more rhythmic variety',
    'rhythmEntropy',
    'onenote',
    '2.1',
    '2.2',
    'higher',
  ),
  claim(
    'major-rhythm',
    'From the major primer iteration 2.2 has more rhythmic variety',
    'rhythmEntropy',
    'major',
    '2.1',
    '2.2',
    'higher',
  ),
  claim(
    'onenote-approach',
    'From a single note iteration 2.2 approaches notes from above, then from below, as in jazz',
    'approachShare',
    'onenote',
    '2.1',
    '2.2',
    'higher',
  ),
  claim(
    'modal-long',
    'From the modal primer iteration 2.2 holds longer notes',
    'noteDensity',
    'modal',
    '2.1',
    '2.2',
    'lower',
  ),
]

function claim(
  id: string,
  text: string,
  metric: string,
  primer: string,
  from: StudyIterationName,
  to: StudyIterationName,
  direction: MusicalClaim['direction'],
): Claim {
  return { id, text, metric, primer, from, to, direction }
}

/**
 * Each claim with its verdict on the study's own files and on ours. Claims about data are not judged on models of ours that
 * made different numbers of steps.
 */
export function judgeClaims(contrasts: readonly Contrast[], runs: MusicalReport['runs']): MusicalClaim[] {
  return STUDY_CLAIMS.map((each) => {
    const oursLast = each.to === '2.2' ? judge(each, ['ours 2.1', END_OF_TRANSFER], contrasts) : null
    const claim = {
      ...each,
      study: judge(each, [`study ${each.from}`, `study ${each.to}`], contrasts),
      ours: judge(each, [`ours ${each.from}`, `ours ${each.to}`], contrasts),
      ...(oursLast === null ? {} : { oursLast }),
    }
    const verdict = ourVerdict(claim, runs)
    return verdict === null || claim.ours === null ? claim : { ...claim, ours: { ...claim.ours, verdict } }
  })
}

function judge(
  { metric, primer, direction }: Pick<MusicalClaim, 'metric' | 'primer' | 'direction'>,
  [first, second]: readonly [SetName, SetName],
  contrasts: readonly Contrast[],
): MusicalClaim['ours'] {
  const found = contrasts.find(
    (each) => each.metric === metric && each.primer === primer && each.from === first && each.to === second,
  )
  return found === undefined ? null : { contrast: found, verdict: verdictOf(found, direction) }
}

/**
 * A claim is borne out, or contradicted, where the interval of the difference leaves 0 out and the test, corrected for all that
 * was asked of the pair of sets, does so too; else the data do not decide.
 */
export function verdictOf(contrast: Contrast, direction: MusicalClaim['direction']): Verdict {
  if (!isDecided(contrast)) return 'the data do not decide'
  return contrast.difference.value > 0 === (direction === 'higher') ? 'borne out' : 'contradicted'
}
