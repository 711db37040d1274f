import type { ListeningVotes } from '../../results/listeningVotes.ts'
import { UserError } from '../../support/errors.ts'
import { itemAt } from '../../support/itemAt.ts'
import { counted } from '../../support/text/counted.ts'
import { textTable } from '../../support/text/table.ts'
import { wilsonInterval } from '../../support/wilsonInterval.ts'
import { LISTENING_SYSTEMS, type ListeningSystem, type ListeningTest } from './listeningItems.ts'
import { type PairVotes, type PreferenceScore, preferenceScores } from './preferenceScores.ts'

/** Votes that do not belong to this listening test. */
export class ListeningVotesError extends UserError {
  override readonly name = 'ListeningVotesError'
}

/** The votes of one listener, with the name of their file. */
export interface VotesFile {
  readonly path: string
  readonly votes: ListeningVotes
}

/** What listeners preferred. */
export interface ListeningResult {
  readonly listeners: number
  /** Files of a listener who is counted already. */
  readonly doubles: readonly string[]
  /** Who found the quieter tone, of those who tried. */
  readonly headphones: { readonly passed: number; readonly of: number }
  /** Repeated pairs answered as the first time. */
  readonly alike: { readonly same: number; readonly of: number }
  readonly scores: readonly { readonly system: ListeningSystem; readonly score: PreferenceScore | null }[]
  readonly pairs: readonly ListenedPair[]
}

/** What listeners said of two. */
export interface ListenedPair {
  readonly systems: readonly [ListeningSystem, ListeningSystem]
  readonly wins: readonly [number, number]
  readonly ties: number
  /** Of the votes that were not ties, the first one's share, 0 to 1, with its 95% interval; NaN without any. */
  readonly share: { readonly value: number; readonly low: number; readonly high: number }
}

/**
 * Counts votes by who made the sounds. Repeated pairs are a check on the listener and count for nobody.
 * @throws ListeningVotesError for votes on another listening test, or on sounds that are not of one primer.
 */
export function countVotes(test: ListeningTest, files: readonly VotesFile[]): ListeningResult {
  const listeners = new Set<string>()
  const doubles: string[] = []
  const kept = files.filter(({ path, votes: { listener } }) => {
    if (listeners.has(listener)) doubles.push(path)
    return listeners.has(listener) ? false : listeners.add(listener)
  })
  const known = knownTest(test)
  const all = kept.flatMap((file) => file.votes.votes.map((vote) => ({ vote, pair: pairOf(file, vote, known) })))
  const pairs = LISTENING_SYSTEMS.flatMap((a, n) => LISTENING_SYSTEMS.slice(n + 1).map((b) => [a, b] as const)).map(
    ([a, b]) => listenedPair([a, b], all.filter(({ vote, pair }) => !vote.isRepeat && pair.includes(a) && pair.includes(b))), // prettier-ignore
  )
  const tried = kept.filter(({ votes }) => votes.headphones !== null)
  const placeOf = (system: ListeningSystem): number => LISTENING_SYSTEMS.indexOf(system)
  const scores = preferenceScores(
    LISTENING_SYSTEMS.length,
    pairs.map(({ systems: [a, b], wins, ties }): PairVotes => ({ pair: [placeOf(a), placeOf(b)], wins, ties })),
  )
  return {
    ...{ listeners: kept.length, doubles, pairs },
    headphones: { passed: tried.filter(({ votes }) => votes.headphones).length, of: tried.length },
    alike: alikeOf(kept),
    scores: LISTENING_SYSTEMS.map((system, n) => ({ system, score: itemAt(scores, n) })),
  }
}

type Vote = ListeningVotes['votes'][number]
interface PlacedVote {
  readonly vote: Vote
  /** Who was on the left and who on the right. */
  readonly pair: readonly [ListeningSystem, ListeningSystem]
}

/** A test's name, and who made a sound, by primer and sound. */
interface KnownTest {
  readonly id: string
  readonly systemOf: ReadonlyMap<string, ListeningSystem>
}

const knownTest = ({ id, groups }: ListeningTest): KnownTest => ({
  id,
  systemOf: new Map(groups.flatMap(({ sound, items }) => items.map((item) => [`${sound.id} ${item.id}`, item.system]))),
})

function pairOf(
  { path, votes }: VotesFile,
  { primer, left, right }: Vote,
  { id, systemOf }: KnownTest,
): PlacedVote['pair'] {
  if (votes.test !== id)
    throw new ListeningVotesError(
      `${path}: votes on the listening test ${votes.test}, the published one is ${id}; count them with the results they were given on (--results DIR)`,
    )
  const [first, second] = [systemOf.get(`${primer} ${left}`), systemOf.get(`${primer} ${right}`)]
  if (first === undefined || second === undefined || first === second)
    throw new ListeningVotesError(
      `${path}: a vote between ${left} and ${right}, which are not two continuations of ${primer}; leave the file out`,
    )
  return [first, second]
}

function listenedPair(systems: ListenedPair['systems'], votes: readonly PlacedVote[]): ListenedPair {
  const wonBy = (system: ListeningSystem): number =>
    votes.filter(({ vote: { choice }, pair }) => choice !== 'tie' && pair[choice === 'left' ? 0 : 1] === system).length
  const wins = [wonBy(systems[0]), wonBy(systems[1])] as const
  const decided = wins[0] + wins[1]
  const share = { value: decided === 0 ? NaN : wins[0] / decided, ...wilsonInterval(wins[0], decided) }
  return { systems, wins, ties: votes.length - decided, share }
}

/** The repeats are the other way round: the same answer is the other side, or a tie again. */
function alikeOf(files: readonly VotesFile[]): ListeningResult['alike'] {
  const checks = files.flatMap(({ votes: { votes } }) =>
    votes
      .filter(({ isRepeat }) => isRepeat)
      .flatMap((again) => {
        const first = votes.find((vote) => !vote.isRepeat && vote.left === again.right && vote.right === again.left)
        return first === undefined ? [] : [chosen(first) === chosen(again)]
      }),
  )
  return { same: checks.filter(Boolean).length, of: checks.length }
}

const chosen = ({ choice, left, right }: Vote): string | null =>
  choice === 'tie' ? null : choice === 'left' ? left : right

/** Who made a sound, in words. */
export const LISTENED_NAMES: Readonly<Record<ListeningSystem, string>> = {
  person: 'a person',
  '3.1': 'iteration 3.1',
  '2.1': 'iteration 2.1',
  shuffled: "the person's bars, shuffled",
}

/** The result in words: how many listened, the scores, and each pair. */
export function listeningText({ listeners, doubles, headphones, alike, scores, pairs }: ListeningResult): string {
  const votes = pairs.reduce((sum, { wins: [a, b], ties }) => sum + a + b + ties, 0)
  return [
    `${counted(listeners, 'listener')}, ${counted(votes, 'vote')}; headphones found by ${headphones.passed} of ${headphones.of} who tried; repeated pairs answered alike: ${alike.same} of ${alike.of}`,
    ...doubles.map((path) => `${path}: the same listener again, counted once`),
    '',
    textTable(
      scores.map(({ system, score }) => ({
        'continued by': LISTENED_NAMES[system],
        score: score === null ? 'no votes' : fixed(score.score),
        '95% interval': score === null ? '' : `${fixed(score.low)} to ${fixed(score.high)}`,
      })),
    ),
    'Score: log-odds of being preferred to an average one of the four (Bradley-Terry; a tie is half a vote for each).',
    '',
    textTable(
      pairs.map(({ systems: [a, b], wins, ties, share: { value, low, high } }) => ({
        ...{ first: LISTENED_NAMES[a], second: LISTENED_NAMES[b] },
        ...{ 'votes for the first': wins[0], 'for the second': wins[1], ties },
        'first preferred': Number.isNaN(value) ? 'no votes' : fixed(value),
        '95% interval': Number.isNaN(value) ? '' : `${fixed(low)} to ${fixed(high)}`,
      })),
    ),
  ].join('\n')
}

const fixed = (value: number): string => value.toFixed(2)
