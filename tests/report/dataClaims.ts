/** Sentences of a text, without markup; each with its mark at the end. */
export function sentencesOf(text: string): string[] {
  const plain = text
    .replace(/<[^>]*>/g, ' ')
    .replace(/[*_`]/g, '')
    .replace(/\s+/g, ' ')
  return plain
    .split(/(?<=[.?!])\s+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '')
}

/** Words that credit the amount of music with a difference between models. */
const CREDITS: readonly RegExp[] = [
  /\b(?:more|larger|bigger)\s+(?:music|data(?:\s+set)?|corpus|melodies)\b.*\b(?:ma[dk]es?|better|helps?|gains?|gained|bought|improve[sd]?)\b/i,
  /\bnothing\s+changes\s+but\s+the\s+data\b/i,
  /\bdifference\s+that\s+(?:the\s+)?data\s+ma[dk]e/i,
]
/** Words that take it back: a question, a condition, or an account of the steps. */
const OPEN = /\?|\bwhether\b|\bonly\s+if\b|\bsteps?\b/i

/** Sentences that say the data made the difference, and say nothing of the steps. */
export const claimsAboutData = (text: string): string[] =>
  sentencesOf(text).filter((sentence) => CREDITS.some((pattern) => pattern.test(sentence)) && !OPEN.test(sentence))
