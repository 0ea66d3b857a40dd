import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/** A server on a free port of this machine; gone when the test is over. */
export interface Loopback {
  readonly server: Server
  readonly host: string
  /** Method and path of every request that came. */
  readonly seen: string[]
}

export async function loopback(test: TestContext, answer: RequestListener = sayOk): Promise<Loopback> {
  const seen: string[] = []
  const server = createServer(noting(seen, answer))
  return { server, host: `http://127.0.0.1:${await listen(test, server)}`, seen }
}

/** The same behind TLS. */
export async function secureLoopback(
  test: TestContext,
  options: ServerOptions,
  answer: RequestListener = sayOk,
): Promise<Loopback> {
  const seen: string[] = []
  const server = createSecureServer(options, noting(seen, answer))
  return { server, host: `https://127.0.0.1:${await listen(test, server)}`, seen }
}

const sayOk: RequestListener = (_, reply) => reply.end('ok')

function noting(seen: string[], answer: RequestListener): RequestListener {
  return (request, reply) => {
    seen.push(`${request.method} ${request.url}`)
    answer(request, reply)
  }
}

async function listen(test: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}
