import type { TransportErrorCode } from '../../../src/http/transport-error.ts'
import { Random } from '../../../src/scenario/random.ts'
import { answers } from '../answers.ts'
import { ENDINGS, hostilePlay, type Play } from './hostile.ts'
import { type Judgement, judge } from './judge.ts'

/** One play, in the writes that it comes in, and what must become of the request. */
export interface FuzzCase extends Play {
  readonly index: number
  readonly attack: string
  readonly writes: readonly Buffer[]
  /** Any of these; more than one only where the reads decide, or whether the connection bore a case before. */
  readonly expected: readonly Outcome[]
  /** Whether another request may follow on the connection. */
  readonly reusable: boolean
}

/** A transport error's code, or status and body of the answer. */
export type Outcome = TransportErrorCode | `${number} ${string}`

/** Each byte of each answer that is written down, with each ending: this many cases. */
const cuts = Object.entries(answers).flatMap(([name, { method, bytes }]) =>
  ENDINGS.flatMap((ending) =>
    Array.from({ length: bytes.length }, (_, length) => {
      const text = bytes.toString('latin1', 0, length)
      return {
        attack: `cut: ${name}`,
        method: method as Play['method'],
        text,
        ending,
        early: false,
        late: '',
      }
    }),
  ),
)
/** Prime to the number of cuts, so that a short run meets all answers, and a long one every byte of them. */
const STRIDE = 7_919
/** One case in so many is such a cut. */
const CUT_EVERY = 5

/** So many cases are needed for all cuts. */
export const casesForAllCuts = cuts.length * CUT_EVERY

/** The case of this number: the same whenever it is asked for. */
export function fuzzCase(seed: number, index: number): FuzzCase {
  const random = new Random(seed, `answer/${index}`)
  const play =
    index % CUT_EVERY === 0 ? cuts[((index / CUT_EVERY) * STRIDE) % cuts.length]! : hostilePlay(random)
  const judgement = judge(play.method, play.text)
  const expected = expectedOf(play, judgement)
  return {
    ...play,
    index,
    writes: writesOf(play, judgement, random),
    expected,
    reusable:
      judgement.state === 'whole' && judgement.keepAlive && play.ending === 'stay' && play.late === '',
  }
}

function expectedOf({ ending, early, text }: Play, judgement: Judgement): Outcome[] {
  const codes = codesOf(ending, judgement)
  // On a connection that idled before, an end without a byte is that of the idling.
  if (text === '' && ending !== 'stay') codes.push('stale-connection')
  // The request is written into a connection that has been reset: the write may fail before the read is made.
  // What doesn't fit the socket's buffer is dropped by a reset.
  const lost = ending === 'reset' && (early || text.length > 30_000)
  return lost && !codes.includes('connection-reset') ? [...codes, 'connection-reset'] : codes
}

const UNANSWERED = { stay: 'timed-out', end: 'connection-closed', reset: 'connection-reset' } as const

function codesOf(ending: Play['ending'], judgement: Judgement): Outcome[] {
  if (judgement.state === 'refused') return [...judgement.codes]
  if (judgement.state === 'begun') return [UNANSWERED[ending]]
  if (judgement.state === 'until-close' && ending !== 'end') return [UNANSWERED[ending]]
  return [`${judgement.status} ${judgement.body}`]
}

/** At once, in a few writes, or byte by byte; never cut where the answer ends and more follows: that would be another case. */
function writesOf({ text, ending }: Play, judgement: Judgement, random: Random): Buffer[] {
  const bytes = Buffer.from(text, 'latin1')
  const oneRead = judgement.state === 'refused' && judgement.codes.includes('unexpected-data')
  if (oneRead || random.chance(0.5)) return [bytes]
  // A reset would drop what the kernel holds back of so many small segments.
  const drips = ending !== 'reset' && bytes.length < 300 && random.chance(0.2)
  const at = drips
    ? bytes.keys().toArray()
    : Array.from({ length: random.integer(1, 4) }, () => random.integer(0, bytes.length)).toSorted(
        (a, b) => a - b,
      )
  return [...at, bytes.length].map((to, i) => bytes.subarray(i === 0 ? 0 : at[i - 1], to))
}
