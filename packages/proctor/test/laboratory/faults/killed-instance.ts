import type { Fault } from '../fault.ts'

const REFUSALS = [
  [
    502,
    { server: 'awselb/2.0', 'content-type': 'text/html' },
    '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n',
  ],
  [
    502,
    { server: 'nginx', 'content-type': 'text/html' },
    '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n',
  ],
  [
    503,
    { server: 'envoy', 'content-type': 'text/plain' },
    'upstream connect error or disconnect/reset before headers. reset reason: connection failure',
  ],
  [
    503,
    { 'cache-control': 'no-cache', 'content-type': 'text/html' },
    '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n',
  ],
] as const

/**
 * One of several instances is stopped without being taken out of the balancer first. Until the balancer's health check notices, every
 * request in its turn fails, whatever it is, and the others' pass all the while; then the rest carry on without it.
 */
export const killedInstance: Fault = {
  truth: ['for-a-while', 'restart', 'bad-instance'],
  place(random) {
    const instances = random.integer(2, 4)
    const [atMs, unnoticedMs] = [random.integer(700, 1_700), random.integer(400, 900)]
    const [status, headers, body] = random.pick(REFUSALS)
    let turn = 0
    return {
      misbehave({ elapsedMs }) {
        turn = (turn + 1) % instances
        if (turn !== 0 || elapsedMs < atMs || elapsedMs > atMs + unnoticedMs) return undefined
        return { status, body, headers, afterMs: 1 }
      },
    }
  },
}
