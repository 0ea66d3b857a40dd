import type { Exchange } from '../../src/http/exchange.ts'
import { Origin } from '../../src/http/origin.ts'

/** An exchange of a closed load that has ended, over a connection that was open before. */
export function anExchange(known: Partial<Exchange> = {}): Exchange {
  return {
    method: 'GET',
    name: '/a',
    origin: new Origin('http://127.0.0.1:5000'),
    target: '/a',
    head: 'GET /a HTTP/1.1\r\n\r\n',
    body: undefined,
    requestBytes: 0,
    options: {},
    hops: 0,
    asker: { settle: () => {} },
    user: 0,
    dueAt: Number.NaN,
    startedAt: 0,
    endedAt: 0,
    connection: undefined,
    use: 2,
    sentAt: undefined,
    firstByteAt: undefined,
    resolve: () => {},
    reject: () => {},
    ...known,
  }
}
