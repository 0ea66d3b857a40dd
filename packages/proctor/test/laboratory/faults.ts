import type { Fault } from './fault.ts'
import { ageLimit } from './faults/age-limit.ts'
import { badInstance } from './faults/bad-instance.ts'
import { badRow } from './faults/bad-row.ts'
import { badUser } from './faults/bad-user.ts'
import { cacheStampede } from './faults/cache-stampede.ts'
import { chance } from './faults/chance.ts'
import { clockIds } from './faults/clock-ids.ts'
import { exhaustedPool } from './faults/exhausted-pool.ts'
import { fullDisk } from './faults/full-disk.ts'
import { garbage } from './faults/garbage.ts'
import { halfAnswer } from './faults/half-answer.ts'
import { halfDeployed } from './faults/half-deployed.ts'
import { lockedDatabase } from './faults/locked-database.ts'
import { longNote } from './faults/long-note.ts'
import { newRelease } from './faults/new-release.ts'
import { noCredentials } from './faults/no-credentials.ts'
import { noRoute } from './faults/no-route.ts'
import { nullField } from './faults/null-field.ts'
import { overload } from './faults/overload.ts'
import { pause } from './faults/pause.ts'
import { payloadLimit } from './faults/payload-limit.ts'
import { rateLimit } from './faults/rate-limit.ts'
import { repeatedEmail } from './faults/repeated-email.ts'
import { restart } from './faults/restart.ts'
import { silence } from './faults/silence.ts'
import { staleConnection } from './faults/stale-connection.ts'
import { tokenExpiry } from './faults/token-expiry.ts'
import { userQuota } from './faults/user-quota.ts'
import { warmUp } from './faults/warm-up.ts'
import { wideName } from './faults/wide-name.ts'

/** All faults, by the name of their file. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'age-limit': ageLimit,
  'bad-instance': badInstance,
  'bad-row': badRow,
  'bad-user': badUser,
  'cache-stampede': cacheStampede,
  chance: chance,
  'clock-ids': clockIds,
  'exhausted-pool': exhaustedPool,
  'full-disk': fullDisk,
  garbage: garbage,
  'half-answer': halfAnswer,
  'half-deployed': halfDeployed,
  'locked-database': lockedDatabase,
  'long-note': longNote,
  'new-release': newRelease,
  'no-credentials': noCredentials,
  'no-route': noRoute,
  'null-field': nullField,
  overload: overload,
  pause: pause,
  'payload-limit': payloadLimit,
  'rate-limit': rateLimit,
  'repeated-email': repeatedEmail,
  restart: restart,
  silence: silence,
  'stale-connection': staleConnection,
  'token-expiry': tokenExpiry,
  'user-quota': userQuota,
  'warm-up': warmUp,
  'wide-name': wideName,
}

/** Those that are tried together: each spoils requests of its own, so that both can be seen. */
export const PAIRS: readonly (readonly [string, string])[] = [
  ['bad-row', 'repeated-email'],
  ['age-limit', 'garbage'],
  ['full-disk', 'bad-row'],
  ['locked-database', 'restart'],
  ['no-credentials', 'silence'],
]
