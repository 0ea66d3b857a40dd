import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Plan } from '../engine/plan.ts'
import { PageError } from './page-error.ts'
import { isAnswer, JSON_TYPE, Text } from './answer.ts'
import { keptRoutes } from './kept-routes.ts'
import type { Route, RoutesOptions } from './route.ts'
import type { RunControl } from './run-control.ts'
import type { Fields } from './wire.ts'

type Body = (() => Promise<object>) | undefined

/** Answers a call of the page's; `body` is there where it changes something. */
export type Routes = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  body: Body,
) => Promise<void>

export function routesOf(options: RoutesOptions): Routes {
  const table = routeTable(options)
  return async (request, response, path, body) => {
    const known = table.filter((route) => route.path.test(path))
    if (known.length === 0) throw new PageError('not-found', `there is no ${path}`)
    const route = known.find(({ method }) => method === request.method)
    if (route === undefined) throw new PageError('wrong-method', `expected ${known[0]!.method} ${path}`)
    const parts = route.path.exec(path)!.slice(1).map(decoded)
    const answer = await route.handle({ body: { ...(await body?.()) }, parts })
    if (isAnswer(answer)) return answer.send(request, response)
    response.setHeader('content-type', JSON_TYPE)
    response.end(JSON.stringify(answer ?? {}))
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new PageError('not-found', `there is no ${part}`)
  }
}

function routeTable(options: RoutesOptions): Route[] {
  const { control, state, planOf, refresh } = options
  return [
    ...keptRoutes(options),
    { method: 'GET', path: /^\/api\/page$/, handle: () => state() },
    {
      method: 'POST',
      path: /^\/api\/start$/,
      handle: ({ body }) => control.start(planned(body['fields'], planOf)),
    },
    { method: 'POST', path: /^\/api\/steer$/, handle: ({ body }) => control.steer(changeOf(body)) },
    { method: 'POST', path: /^\/api\/stop$/, handle: () => control.stop() },
    { method: 'POST', path: /^\/api\/reset$/, handle: () => control.reset() },
    { method: 'POST', path: /^\/api\/start-over$/, handle: () => control.startOver() },
    { method: 'POST', path: /^\/api\/refresh$/, handle: () => refreshed(refresh) },
    {
      method: 'GET',
      path: /^\/api\/run\/failures\/(\d+)$/,
      handle: ({ parts: [index] }) => exampleOf(control, Number(index)),
    },
    {
      method: 'GET',
      path: /^\/api\/run\/names\/([^/]+)$/,
      handle: ({ parts: [name] }) => new Text(secondsOf(control, name!)),
    },
  ]
}

function planned(fields: unknown, planOf: RoutesOptions['planOf']): Plan {
  const isFields =
    typeof fields === 'object' &&
    fields !== null &&
    Object.values(fields).every((value) => typeof value === 'string')
  if (!isFields) throw new PageError('bad-field', 'expected fields: { users: "50", … }')
  try {
    return planOf(fields as Fields)
  } catch (error) {
    if (error instanceof PageError) throw error
    throw new PageError('bad-field', (error as Error).message)
  }
}

const MOST = 1_000_000

function changeOf({ target, spawnRate }: Record<string, unknown>): {
  to: number
  spawnRate: number | undefined
} {
  if (typeof target !== 'number' || !(target >= 0 && target <= MOST)) {
    throw new PageError('bad-field', `target: expected a number from 0 to ${MOST}`)
  }
  if (spawnRate === undefined || spawnRate === null) return { to: target, spawnRate: undefined }
  if (typeof spawnRate !== 'number' || !(spawnRate > 0 && spawnRate <= MOST)) {
    throw new PageError('bad-field', 'spawnRate: expected users per second, more than 0')
  }
  return { to: target, spawnRate }
}

async function refreshed(refresh: RoutesOptions['refresh']): Promise<void> {
  if (refresh === undefined) throw new PageError('not-found', 'start with --fresh COMMAND to have this')
  try {
    await refresh()
  } catch (error) {
    throw new PageError('refresh-failed', (error as Error).message)
  }
}

function exampleOf(control: RunControl, index: number): unknown {
  const example = control.view?.exampleOf(index)
  if (example === undefined) throw new PageError('not-found', `there is no failure ${index}`)
  return { example }
}

function secondsOf({ view }: RunControl, name: string): string {
  const seconds = view?.secondsOf(name)
  if (seconds === undefined) throw new PageError('not-found', `no request was ${name}`)
  return seconds
}
