import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/** A server on a free port of this machine; gone when the test is over. */
export interface Loopback {
  readonly server: Server
  readonly host: string
  /** Method and path of every request that came. */
  readonly seen: string[]
}

export async function loopback(
  test: TestContext,
  answer: RequestListener = (_, reply) => reply.end('ok'),
): Promise<Loopback> {
  const seen: string[] = []
  const server = createServer((request, reply) => {
    seen.push(`${request.method} ${request.url}`)
    answer(request, reply)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { server, host: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}
