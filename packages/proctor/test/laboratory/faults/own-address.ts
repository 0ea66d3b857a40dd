import type { Fault } from '../fault.ts'

/** Where the service listens behind its proxy, and what it says of itself. */
const SERVERS = [
  ['127.0.0.1:9292', { 'x-runtime': '0.004211' }],
  ['localhost:5187', { server: 'Kestrel' }],
  ['127.0.0.1:8003', { server: 'uvicorn' }],
  ['localhost:8069', { server: 'gunicorn' }],
] as const

/**
 * The proxy does not hand on the `Host` that was asked for, so the service makes redirects to the address that it listens on itself:
 * there is nothing for whoever comes from outside. It runs without a break all the while.
 */
export const ownAddress: Fault = {
  truth: ['nothing-listens', 'bad-redirect', 'unreachable'],
  place(random) {
    const [address, headers] = random.pick(SERVERS)
    const [asked, status] = random.pick([
      ['POST', 302],
      ['POST', 303],
      ['GET', 301],
      ['GET', 307],
    ] as const)
    let last = random.integer(1_000, 90_000)
    return {
      misbehave({ method, path }) {
        if (method !== asked || path !== '/things') return undefined
        last += 1
        const location = `http://${address}/things/${asked === 'POST' ? last : ''}`
        return { status, headers: { ...headers, location }, afterMs: 1 }
      },
    }
  },
}
