import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    openConnections: ReadonlySet<Socket>
  }
}

// Kubernetes kills after 30 s; a request that takes longer than this is not going to end.
const drainLimitMs = 10_000

/** Without this, a connection busy at the shutdown would stay open for the whole keep-alive time. */
export function closeConnectionsWhenStopping(app: FastifyInstance, stopping: AbortSignal): void {
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (stopping.aborted) reply.header('connection', 'close')
    done()
  })
  const open = new Set<Socket>()
  app.decorate('openConnections', open)
  app.server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
}

/**
 * Takes no more connections and resolves when the requests in flight have been answered, or cut off after 10 s, and
 * counted: once its server closes, Node no longer times slow clients out.
 */
export async function drain(app: FastifyInstance, limitMs = drainLimitMs): Promise<void> {
  const limit = setTimeout(() => app.server.closeAllConnections(), limitMs)
  try {
    await app.close()
  } finally {
    clearTimeout(limit)
  }
  // Node calls a server closed before the connections that were cut off tell their requests of it.
  await Promise.all([...app.openConnections].map((socket) => once(socket, 'close')))
}
