import { type FuzzCase, fuzzCase, type Outcome } from './fuzz-case.ts'
import { Lane } from './lane.ts'

export interface FuzzOptions {
  readonly seed: number
  /** Numbers of the cases. */
  readonly from: number
  readonly to: number
  readonly lanes: number
}

export interface FuzzResult {
  played: number
  /** Cases whose outcome the reads decide, so that it may differ from one play to the next. */
  readsDecide: number
  /** How many came out so; an answer counts as `answered`. */
  readonly outcomes: Map<string, number>
  /** What was not as it must be, a line for each case. */
  readonly wrong: string[]
}

/** After so many, what is wrong is known. */
const ENOUGH_WRONG = 10

/** Plays every case twice: the second time it must come out the same. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const result: FuzzResult = { played: 0, readsDecide: 0, outcomes: new Map(), wrong: [] }
  let next = options.from
  const nextCase = (): FuzzCase | undefined =>
    next < options.to && result.wrong.length < ENOUGH_WRONG ? fuzzCase(options.seed, next++) : undefined
  await Promise.all(Array.from({ length: options.lanes }, () => playInLane(nextCase, options.seed, result)))
  return result
}

async function playInLane(
  nextCase: () => FuzzCase | undefined,
  seed: number,
  result: FuzzResult,
): Promise<void> {
  let lane = await Lane.open()
  for (let played = nextCase(); played !== undefined; played = nextCase()) {
    try {
      note(played, [await lane.play(played), await lane.play(played)], seed, result)
    } catch (error) {
      result.wrong.push(
        `${described(played, seed)}: ${error instanceof Error ? error.message : String(error)}`,
      )
      await lane[Symbol.asyncDispose]()
      lane = await Lane.open()
    }
  }
  await lane[Symbol.asyncDispose]()
}

function note(played: FuzzCase, outcomes: readonly Outcome[], seed: number, result: FuzzResult): void {
  result.played += 1
  if (played.expected.length > 1) result.readsDecide += 1
  const kind = /^\d/.test(outcomes[0]!) ? 'answered' : outcomes[0]!
  result.outcomes.set(kind, (result.outcomes.get(kind) ?? 0) + 1)
  if (outcomes.every((outcome) => played.expected.includes(outcome))) return
  result.wrong.push(`${described(played, seed)}: expected ${shown(played.expected)}, got ${shown(outcomes)}`)
}

function shown(outcomes: readonly Outcome[]): string {
  return outcomes.map((outcome) => JSON.stringify(outcome.slice(0, 60))).join(', ')
}

function described({ index, attack, text, ending, writes, early }: FuzzCase, seed: number): string {
  const sent = JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text)
  const when = early ? ', before the request' : ''
  return `case ${index} of seed ${seed} (${attack}): ${sent} in ${writes.length} writes${when}, then ${ending}`
}
