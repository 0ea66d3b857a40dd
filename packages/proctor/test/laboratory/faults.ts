import type { Fault } from './fault.ts'
import { ageLimit } from './faults/age-limit.ts'
import { badInstance } from './faults/bad-instance.ts'
import { badPod } from './faults/bad-pod.ts'
import { badRow } from './faults/bad-row.ts'
import { badUser } from './faults/bad-user.ts'
import { cacheStampede } from './faults/cache-stampede.ts'
import { chance } from './faults/chance.ts'
import { clockIds } from './faults/clock-ids.ts'
import { cutAnswer } from './faults/cut-answer.ts'
import { doubleBooking } from './faults/double-booking.ts'
import { exhaustedPool } from './faults/exhausted-pool.ts'
import { fullDisk } from './faults/full-disk.ts'
import { garbage } from './faults/garbage.ts'
import { growingCookies } from './faults/growing-cookies.ts'
import { halfAnswer } from './faults/half-answer.ts'
import { halfDeployed } from './faults/half-deployed.ts'
import { killedInstance } from './faults/killed-instance.ts'
import { laggingReplica } from './faults/lagging-replica.ts'
import { lockedDatabase } from './faults/locked-database.ts'
import { longNote } from './faults/long-note.ts'
import { lostUpdate } from './faults/lost-update.ts'
import { newRelease } from './faults/new-release.ts'
import { noCredentials } from './faults/no-credentials.ts'
import { noRoute } from './faults/no-route.ts'
import { nullField } from './faults/null-field.ts'
import { overload } from './faults/overload.ts'
import { ownAddress } from './faults/own-address.ts'
import { pause } from './faults/pause.ts'
import { payloadLimit } from './faults/payload-limit.ts'
import { rateLimit } from './faults/rate-limit.ts'
import { repeatedEmail } from './faults/repeated-email.ts'
import { restart } from './faults/restart.ts'
import { silence } from './faults/silence.ts'
import { staleConnection } from './faults/stale-connection.ts'
import { swappedDate } from './faults/swapped-date.ts'
import { tokenExpiry } from './faults/token-expiry.ts'
import { userQuota } from './faults/user-quota.ts'
import { warmUp } from './faults/warm-up.ts'
import { wideName } from './faults/wide-name.ts'
import { wordFilter } from './faults/word-filter.ts'

/** All faults, by the name of their file. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'age-limit': ageLimit,
  'bad-instance': badInstance,
  'bad-pod': badPod,
  'bad-row': badRow,
  'bad-user': badUser,
  'cache-stampede': cacheStampede,
  chance: chance,
  'clock-ids': clockIds,
  'cut-answer': cutAnswer,
  'double-booking': doubleBooking,
  'exhausted-pool': exhaustedPool,
  'full-disk': fullDisk,
  garbage: garbage,
  'growing-cookies': growingCookies,
  'half-answer': halfAnswer,
  'half-deployed': halfDeployed,
  'killed-instance': killedInstance,
  'lagging-replica': laggingReplica,
  'locked-database': lockedDatabase,
  'long-note': longNote,
  'lost-update': lostUpdate,
  'new-release': newRelease,
  'no-credentials': noCredentials,
  'no-route': noRoute,
  'null-field': nullField,
  overload: overload,
  'own-address': ownAddress,
  pause: pause,
  'payload-limit': payloadLimit,
  'rate-limit': rateLimit,
  'repeated-email': repeatedEmail,
  restart: restart,
  silence: silence,
  'stale-connection': staleConnection,
  'swapped-date': swappedDate,
  'token-expiry': tokenExpiry,
  'user-quota': userQuota,
  'warm-up': warmUp,
  'wide-name': wideName,
  'word-filter': wordFilter,
}

/** Those that are tried together: each spoils requests of its own, so that both can be seen. */
export const PAIRS: readonly (readonly [string, string])[] = [
  ['bad-row', 'repeated-email'],
  ['age-limit', 'garbage'],
  ['full-disk', 'bad-row'],
  ['locked-database', 'restart'],
  ['no-credentials', 'silence'],
]
