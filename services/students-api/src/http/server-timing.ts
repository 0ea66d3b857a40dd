import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Clock } from '../clock.ts'
import { newEffort, type Effort } from '../students/effort.ts'

/** `Server-Timing` (W3C): milliseconds in the write queue and in the database where those are known, and in all. */
export function tellTimes(app: FastifyInstance, clock: Clock): void {
  app.addHook('onSend', (_request, reply, _payload, done) => {
    const total = totalTime(clock.elapsedMs() - reply.startedMs)
    reply.header('server-timing', reply.effort ? `${effortMetrics(reply.effort)}${total}` : total)
    done()
  })
}

/** What the header says of an answer that took no effort. */
export function totalTime(durationMs: number): string {
  return metric('total', durationMs)
}

/** The effort of answering with this reply, for the store to fill in. */
export function effortOf(reply: FastifyReply): Effort {
  return (reply.effort ??= newEffort())
}

function effortMetrics({ queueWaitMs, databaseMs }: Effort): string {
  const queue = queueWaitMs === undefined ? '' : `${metric('queue', queueWaitMs)}, `
  return databaseMs === undefined ? queue : `${queue}${metric('db', databaseMs)}, `
}

function metric(name: string, durationMs: number): string {
  return `${name};dur=${Math.round(durationMs * 1000) / 1000}`
}
