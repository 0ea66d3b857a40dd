import type { Explanation } from '../explanation.ts'
import { isHome, redirectWords, whereaboutsOf } from '../origins.ts'
import { duration } from '../words.ts'

/** Failures whose code says what they are. */
const KINDS: readonly { id: string; codes: RegExp; cause: string; recommendation: string }[] = [
  {
    id: 'dns',
    codes: /^dns-/,
    cause: 'the host name was not resolved',
    recommendation:
      'Check the name in the URL (of -H, of the scenario, or of a redirect), and the resolver of this machine: too many queries at a time are dropped by some.',
  },
  {
    id: 'tls',
    codes: /^(tls|certificate)/,
    cause: 'the TLS handshake failed',
    recommendation:
      'Check the certificate: its names, its dates, and whether this machine trusts who issued it.',
  },
  {
    id: 'bad-body',
    codes: /^(bad-response|unexpected-data|headers-too-large|bad-encoding|body-too-large)$/,
    cause: 'the answer was no whole HTTP answer',
    recommendation:
      'Look at the bytes the service sends: lengths that don’t fit the body, a proxy that mixes answers up, another protocol.',
  },
  {
    id: 'unreachable',
    codes: /^host-unreachable$/,
    cause: 'there is no route to the host',
    recommendation:
      'Check the address in the URL (of -H, of the scenario, or of a redirect), this machine’s routes, and firewalls on the way.',
  },
  {
    id: 'bad-redirect',
    codes: /^(too-many-redirects|bad-redirect)$/,
    cause: 'the answer led elsewhere, and not to an answer',
    recommendation:
      'Look at the Location headers of a kept request: a loop, a login page, http in place of https.',
  },
  {
    id: 'out-of-ports',
    codes: /^(ports|files)-exhausted$/,
    cause: 'this machine had no port or file left for another connection',
    recommendation:
      'Keep connections open, raise ulimit -n, or use fewer users: the failures are the generator’s, not the service’s.',
  },
]

export const transport: readonly Explanation[] = KINDS.map(({ id, codes, cause, recommendation }) => ({
  id,
  claim(failing) {
    const { code, signature, record } = failing
    if (code === undefined || !codes.test(code)) return undefined
    const { origins, redirect } = whereaboutsOf(failing)
    const elsewhere = origins.filter((origin) => !isHome(origin, record)).join(' and ')
    const led = redirect === null ? [] : [redirectWords(redirect)]
    return {
      score: 0.9,
      key: `${code} ${elsewhere}`,
      cause: elsewhere === '' ? cause : `${cause}: of ${elsewhere}`,
      evidence: [signature, ...led],
      recommendation,
    }
  },
}))

/** Closed in the middle of an answer, though the connection was new: the service breaks off. */
export const brokenOff: Explanation = {
  id: 'bad-body',
  claim(failing) {
    if (failing.code !== 'connection-closed' && failing.code !== 'connection-reset') return undefined
    const { answersBegan } = failing
    return {
      score: answersBegan ? 0.88 : 0.4,
      key: 'broken-off',
      cause: answersBegan
        ? 'the service broke the connection off in the middle of its answer'
        : 'the service broke the connection off before its answer was whole',
      evidence: [
        ...(answersBegan ? ['Of each request that was kept some of the answer had come.'] : []),
        failing.signature,
      ],
      recommendation:
        'Look in the service’s log for a crash or an exception while it answers, and compare Content-Length with what it sends.',
    }
  },
}

export const timeout: Explanation = {
  id: 'timeout',
  claim(failing) {
    if (failing.code !== 'timed-out') return undefined
    const { failing: times } = failing.measure('durationMs')
    const usual = failing.measure('durationMs').passing
    return {
      score: 0.6,
      key: 'timeout',
      cause: `no answer came within ${duration(times.min ?? 0)}`,
      evidence:
        usual.max === null
          ? ['None of them was ever answered.']
          : [`Those that passed took at most ${duration(usual.max)}.`],
      recommendation:
        'Find out in the service what these requests wait for: a lock, a dependency, a queue; and let it give up sooner, with 503 or 504.',
    }
  },
}
