import type { Counted } from './students-service.ts'

/** The parts of a report by which a run is judged. */
export interface Report {
  readonly total: { readonly count: number; readonly failures: number }
  readonly generator: { readonly verdict: string }
  readonly findings: readonly {
    readonly id: string
    readonly title: string
    readonly explains?: { readonly failures: number; readonly of: number }
    readonly certainty: string
    readonly evidence: readonly string[]
  }[]
}

/** What is true of a run: what it was told to send, and what the service counted. */
export interface Truth extends Counted {
  readonly key: string
  /** How many values the key was drawn from. */
  readonly values: number
  readonly status: number
}

/** Something that Proctor has to say by itself. */
export interface Claim {
  readonly name: string
  /** Its own words for it; `undefined` where it has none. */
  words(report: Report): string | undefined
  isTrue(words: string, truth: Truth, report: Report): boolean
}

export const CLAIMS: readonly Claim[] = [
  {
    name: 'every failure is a repeat',
    words: (report) => finding(report, 'repeated-input')?.title,
    isTrue(words, { key, refused }, report) {
      const { explains } = finding(report, 'repeated-input')!
      const isWhole = explains?.failures === refused && explains.of === refused
      return isWhole && report.total.failures === refused && words.includes(`the ${key} had been sent before`)
    },
  },
  {
    name: 'from how many values, and so how many repeats to expect',
    words: (report) => evidence(report, 'repeated-input', 'values (95 %'),
    isTrue(words, { created, refused, values }) {
      const [low, high] = numbers(/from ([\d,]+) to ([\d,]+) values \(95 %\)/, words)
      const [draws, expected, came] = numbers(
        /Of ([\d,]+) draws from so many about ([\d,.]+) [^;]*; ([\d,]+) were/,
        words,
      )
      const [span] = numbers(/span ([\d,]+)/, words)
      const sent = created + refused
      const truly = sent - values * (1 - (1 - 1 / values) ** sent)
      const isCounted = draws === sent && came === refused
      return (
        low! <= values &&
        values <= high! &&
        isCounted &&
        Math.abs(expected! / truly - 1) < 0.02 &&
        Math.abs(span! / values - 1) < 0.02
      )
    },
  },
  {
    name: 'that 500 should be 409',
    words: (report) => finding(report, 'wrong-status')?.title,
    isTrue: (words, { status }) => words.startsWith(`${status} `) && words.includes('409'),
  },
  {
    name: 'what set the rate, and that the capacity is unknown',
    words: (report) => finding(report, 'rate')?.title,
    isTrue: (words) => words.startsWith('Think time set the rate') && words.includes('can take is unknown'),
  },
  {
    name: 'that the list grows',
    words: (report) => finding(report, 'growing-answer')?.title,
    isTrue(words, { listBytes, created }) {
      const [perRow] = numbers(/grows by ([\d,]+) bytes/, words)
      return words.includes('GET /students') && Math.abs(perRow! / (listBytes / created) - 1) < 0.05
    },
  },
]

function finding({ findings }: Report, id: string): Report['findings'][number] | undefined {
  return findings.find((each) => each.id === id)
}

function evidence(report: Report, id: string, part: string): string | undefined {
  return finding(report, id)?.evidence.find((sentence) => sentence.includes(part))
}

function numbers(pattern: RegExp, words: string): number[] {
  const [, ...groups] = pattern.exec(words) ?? []
  return groups.map((group) => Number(group.replaceAll(',', '')))
}
