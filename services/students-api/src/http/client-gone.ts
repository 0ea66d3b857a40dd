import type { FastifyReply } from 'fastify'

/** Aborted once the connection is closed: nobody reads what would be answered from then on. */
export function clientGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => gone.abort())
  return gone.signal
}
