import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { systemClock } from '../../src/clock/clock.ts'
import type { Plan } from '../../src/engine/plan.ts'
import { KeptViews, type WithHistory } from '../../src/page/kept-views.ts'
import { PageServer, type PageServerOptions } from '../../src/page/page-server.ts'
import { RunControl } from '../../src/page/run-control.ts'
import type { Fields, PageState, Tick } from '../../src/page/wire.ts'
import { loopback } from '../engine/loopback.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'

const CODE = `import { constant, defineUser } from 'proctor'
export const Visitor = defineUser({
  waitTime: constant(0.02),
  tasks: { home: ({ http }) => http.get('/'), gone: ({ http }) => http.get('/gone') },
})\n`

export interface Page {
  /** Where it listens. */
  readonly url: string
  readonly control: RunControl
  /** As the page itself calls: the answer's status and body. */
  readonly call: (path: string, body?: object, headers?: Record<string, string>) => Promise<Answer>
  /** What the service was asked. */
  readonly seen: string[]
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

const noHistory: WithHistory = (work) => work(undefined)

/** A page's server on a free port, aimed at a service of this process; gone when the test is over. */
export async function pageOf(t: TestContext, options: Partial<PageServerOptions> = {}): Promise<Page> {
  const { host, seen } = await loopback(t, (request, reply) =>
    reply.writeHead(request.url === '/gone' ? 410 : 200).end('ok'),
  )
  const scenario = join(temporaryFolder(t, { 'it.ts': CODE }), 'it.ts')
  const control = new RunControl({ clock: systemClock, findingsOf: () => [] })
  const server = new PageServer({
    webHost: '127.0.0.1',
    webPort: 0,
    token: undefined,
    files: new Map(),
    clock: systemClock,
    control,
    state: async () => ({ host }) as PageState,
    planOf: (fields) => planOf(scenario, host, fields),
    refresh: undefined,
    withHistory: noHistory,
    views: new KeptViews(noHistory, () => []),
    ...options,
  })
  const [url] = await server.listen()
  t.after(async () => {
    await control.close()
    await server.close()
  })
  const call: Page['call'] = async (path, body, headers = {}) => {
    const sent = { origin: url, 'content-type': 'application/json', ...headers }
    const init =
      body === undefined ? { headers } : { method: 'POST', headers: sent, body: JSON.stringify(body) }
    const response = await fetch(`${url}/api/${path}`, init)
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
  }
  return { url, control, call, seen }
}

function planOf(scenario: string, host: string, { users = '2', 'run-time': runTime }: Fields): Plan {
  return {
    scenario,
    host,
    load: {
      kind: 'closed',
      users: Number(users),
      spawnRate: 100,
      durationMs: runTime === undefined ? null : Number(runTime) * 1000,
      stages: null,
      iterations: null,
    },
    isLoadGiven: true,
    workers: 1,
    seed: 7,
    userAgent: 'proctor-test',
    stopTimeoutMs: 1_000,
    requestTimeoutMs: 5_000,
    traceSampledShare: null,
  }
}

export interface Event {
  readonly id: string
  readonly name: string
  readonly data: Tick
}

/** The events of a page, as they come; ends with the iteration. */
export async function* eventsOf(
  url: string,
  headers: Record<string, string> = {},
): AsyncGenerator<Event, void> {
  const abort = new AbortController()
  const response = await fetch(`${url}/api/events`, { headers, signal: abort.signal })
  let text = ''
  try {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (text + chunk).split('\n\n')
      text = parts.pop()!
      for (const part of parts) {
        const [, id, name, data] = /^id: (.*)\nevent: (.*)\ndata: (.*)$/s.exec(part) ?? []
        if (data !== undefined) yield { id: id!, name: name!, data: JSON.parse(data) as Tick }
      }
    }
  } finally {
    abort.abort()
  }
}

/** The first tick that is so. */
export async function tickThat(
  url: string,
  holds: (tick: Tick) => boolean,
  headers: Record<string, string> = {},
): Promise<Event> {
  for await (const event of eventsOf(url, headers))
    if (event.name === 'tick' && holds(event.data)) return event
  throw new Error('the events ended before')
}
