import type { Turn } from '../../evidence/turns.ts'
import { wilson } from '../contrast.ts'
import type { Claim, Explanation } from '../explanation.ts'
import type { Failing } from '../failing.ts'
import { grouped, noun } from '../words.ts'
import { stretchOf } from './time.ts'

/** By chance as many in a row would fail so seldom. */
const LEAST_CHANCE = 1e-4
const LEAST_ALIKE = 20
const MOST_CHANGES = 0.02
/** So often it is otherwise on the user's next connection, and for so large a share of them. */
const [LEAST_SWITCHES, LEAST_SWITCHED] = [5, 0.2]

/**
 * All that one connection carries fails, or nothing does, and the same user fares otherwise on the next one: as where connections, not
 * requests, are balanced over instances, and one of those is broken. Nothing tells which.
 */
export const byConnection: Explanation = {
  id: 'bad-instance',
  claim(failing) {
    const { turns } = failing
    if (turns === undefined || failing.passed === 0) return undefined
    return follows(failing, turns.ofUser, failing.isWhole) ?? follows(failing, turns.ofName, false)
  },
}

function follows(
  failing: Failing,
  { same, other }: Record<'same' | 'other', Turn>,
  isOfAll: boolean,
): Claim | undefined {
  const [inRow, switches] = [same.alike + same.changes, other.alike + other.changes]
  if (inRow < LEAST_ALIKE || same.changes > MOST_CHANGES * inRow) return undefined
  if ((failing.count / failing.of) ** same.alike > LEAST_CHANCE) return undefined
  // A user who has one connection only may be the cause itself; so may one whom the next one does not help.
  if (other.changes < LEAST_SWITCHES || wilson(other.changes, switches).low < LEAST_SWITCHED) return undefined
  return {
    // Where all fail for a while, so do all on a connection.
    score: SCORE - (isOfAll ? 0 : OF_A_PART) - 0.4 * Math.max(0, stretchOf(failing).score),
    key: 'by connection',
    cause: `failures follow the connection: ${same.changes === 0 ? '' : 'nearly '}all that one carries fails, or none: one of several instances among which connections are balanced would look so`,
    evidence: [
      ...(isOfAll && same.changes === 0 && failing.of === failing.count + failing.passed
        ? opened(failing)
        : []),
      `${grouped(same.alike)} of ${grouped(inRow)} times that one of two answers in a row over a connection was such a failure, the other failed, too; where the user’s next went over another connection, ${grouped(other.alike)} of ${grouped(switches)} times.`,
    ],
    recommendation:
      'Ask each instance by itself, past the balancer; or let answers name theirs in a header, and run again. If there is one only, look at what it keeps for each connection.',
  }
}

/** What all names share is better told of all. */
const [SCORE, OF_A_PART] = [0.74, 0.04]

/** How many connections began with a failure, and how many with what passed. */
function opened(failing: Failing): string[] {
  const { failing: uses, passing } = failing.measure('connectionUse')
  const [failed, passed] = [uses, passing].map(
    ({ octaves }) => octaves.find(([octave]) => octave === 1)?.[1] ?? 0,
  )
  return failed === 0
    ? []
    : [
        `All answers over ${noun(failed!, 'connection')} were such failures, and none over ${grouped(passed!)} others.`,
      ]
}
