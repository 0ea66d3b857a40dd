import { lookup } from 'node:dns/promises'
import type { FastifyInstance } from 'fastify'

/** The address cannot be listened on; the message is one line that names the next step. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen'
}

/** Where the service listens: the port is the actual one, also where 0 was asked for. */
export interface ListeningAddress {
  host: string
  port: number
  url: string
}

/** @throws {CannotListen} */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<ListeningAddress> {
  try {
    // Of a name with several addresses Fastify makes as many servers, and all that is ours is on the first alone: the
    // list's shortcut, what is answered to bytes that are no HTTP, the end of a drain.
    const { address: ip } = await lookup(host, { order: 'ipv4first' })
    const url = await app.listen({ host: ip, port })
    const address = app.server.address()
    return { host, port: typeof address === 'object' && address ? address.port : port, url }
  } catch (error) {
    throw new CannotListen(advice(error, host, port), { cause: error })
  }
}

function advice(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is in use: stop what listens there, or pass --port ${port < 65_535 ? port + 1 : 0}`
    case 'EACCES':
      return `port ${port} needs more rights than this user has: pass --port 5000`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine: pass --host 127.0.0.1`
    default:
      return `cannot listen on ${host}, port ${port}: ${String(error)}`
  }
}
