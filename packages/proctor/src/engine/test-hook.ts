import { HttpClient } from '../http/client.ts'
import type { ExchangeObserver } from '../http/exchange.ts'
import { Origin } from '../http/origin.ts'
import { Transport } from '../http/transport.ts'
import type { Clock } from '../clock/clock.ts'
import { Random } from '../scenario/random.ts'
import type { TestContext } from '../scenario/test-hooks.ts'
import type { Plan } from './plan.ts'

/** Requests of hooks are no part of the load: nobody counts them. */
const UNCOUNTED: ExchangeObserver = { started() {}, answered() {}, failed() {} }

/** Does what a hook of the whole test says, with a client of its own that ends with it. */
export async function runTestHook<T>(
  plan: Plan,
  clock: Clock,
  hook: (context: TestContext) => T | Promise<T>,
): Promise<T> {
  const transport = new Transport({
    clock,
    observer: UNCOUNTED,
    userAgent: plan.userAgent,
    timeoutMs: plan.requestTimeoutMs,
    traceSampledShare: plan.traceSampledShare ?? undefined,
    ...(plan.tls && { tls: plan.tls }),
  })
  const http = new HttpClient(new Origin(plan.host), transport)
  try {
    return await hook({ http, random: new Random(plan.seed, 'test') })
  } finally {
    http.close()
    transport.close('interrupted')
  }
}
