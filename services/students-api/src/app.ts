import type { Server } from 'node:http'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { ApiKeyStore } from './auth/api-key.ts'
import { authorize, mayReadAtOnce } from './auth/authorization.ts'
import { KeyRing } from './auth/key-ring.ts'
import { bulkLimits, type BulkLimits } from './bulk/bulk-limits.ts'
import { bulkRoutes } from './bulk/routes.ts'
import { systemClock, type Clock } from './clock.ts'
import { healthRoutes } from './health/routes.ts'
import { historyRoutes } from './history/routes.ts'
import { admitKnownRequests, pathOf } from './http/admission.ts'
import { closeConnectionsWhenStopping } from './http/draining.ts'
import { problemFrom } from './http/errors.ts'
import { requestIdFrom, traceIdFrom } from './http/identity.ts'
import { acceptJsonBodies } from './http/json-body.ts'
import { problemDocument, problemMediaType, type Problem } from './http/problem.ts'
import { noteRoutes, requestLog, type RequestObserver } from './http/request-log.ts'
import { tellTimes } from './http/server-timing.ts'
import { socketErrorHandler, type RepliesBySocket } from './http/socket-errors.ts'
import { validation } from './http/validation.ts'
import { RequestMetrics } from './metrics/request-metrics.ts'
import { metricsRoutes } from './metrics/routes.ts'
import type { TelemetryFigures } from './metrics/telemetry-figures.ts'
import { openApiRoutes, routesOf } from './openapi/routes.ts'
import type { Effort } from './students/effort.ts'
import { listShortcut, type Shortcut } from './students/list-shortcut.ts'
import { studentRoutes } from './students/routes.ts'
import type { StudentStore } from './students/student-store.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** W3C trace id: 32 hexadecimal digits. */
    traceId: string
    /** The route's template, once the request has come that far. */
    route?: string
  }
  interface FastifyContextConfig {
    /** The route itself ends a request that is too slow. */
    hasOwnPace?: boolean
  }
  interface FastifyReply {
    /** What the request failed with, for the log. */
    problem: Problem | undefined
    /** How much of a streamed body has left so far, for the log. */
    streamedBytes: number | undefined
    /** When the request began, on the clock's scale. */
    startedMs: number
    /** What the answer took of the store, where that is a write. */
    effort: Effort | undefined
  }
}

export interface AppDependencies {
  store: StudentStore
  logger: Logger
  /** Where there are any, each request needs one; without such a store none does. */
  keys?: ApiKeyStore
  clock?: Clock
  /** Aborted once the service is to stop: `/readyz` says so, and connections end with their next answer. */
  stopping?: AbortSignal
  limits?: BulkLimits
  /** Where it is sent to a collector; else nothing is done for it. */
  telemetry?: RequestObserver & { figures(): TelemetryFigures }
}

const never = new AbortController().signal

const bodyLimitBytes = 64 * 1024

/**
 * The service without a port or an environment: `inject` into it, or `listen`. It doesn't close the store.
 *
 * Fastify logs nothing: its request children cost more than the one line of `requestLog`.
 */
export function createApp({
  store,
  logger,
  keys,
  clock = systemClock,
  stopping = never,
  limits = bulkLimits,
  telemetry,
}: AppDependencies): FastifyInstance {
  const replies: RepliesBySocket = new WeakMap()
  const requests = new RequestMetrics()
  const follow = requestLog({ logger, clock, requests, telemetry })
  const begin = (request: FastifyRequest, reply: FastifyReply) => {
    // Not decorated: Fastify would set each of these for every request in a slower way.
    request.traceId = traceIdFrom(request.headers.traceparent)
    reply.problem = undefined
    reply.streamedBytes = undefined
    reply.effort = undefined
    reply.header('x-request-id', request.id)
    replies.set(request.raw.socket, reply)
    follow(request, reply)
  }
  const app = Fastify({
    ...serverLimits,
    ajv: validation,
    genReqId: ({ headers }) => requestIdFrom(headers['x-request-id']),
    clientErrorHandler: socketErrorHandler(logger, replies),
    // Raised while routing, before any hook.
    frameworkErrors: (error, request, reply) => {
      begin(request, reply)
      sendProblem(error, request, reply)
    },
  })
  app.addHook('onRequest', (request, reply, done) => {
    begin(request, reply)
    done()
  })
  app.setErrorHandler(sendProblem)
  noteRoutes(app)
  admitKnownRequests(app)
  const ring = keys && new KeyRing(keys, clock)
  authorize(app, ring)
  const routes = routesOf(app)
  acceptJsonBodies(app)
  closeConnectionsWhenStopping(app, stopping)
  tellTimes(app, clock)
  app.register(studentRoutes, { store })
  app.register(historyRoutes, { store, limits, clock })
  app.register(bulkRoutes, { store, limits, clock })
  app.register(healthRoutes, { ping: () => store.ping(), stopping })
  app.register(metricsRoutes, {
    requests,
    storeFigures: () => store.figures?.(),
    telemetryFigures: () => telemetry?.figures(),
  })
  app.register(openApiRoutes, { routes })
  // A span is made out of what the framework knows of a request.
  if (store.listAtHand && !telemetry) {
    const listAtHand = () => store.listAtHand?.()
    const mayRead = mayReadAtOnce(ring)
    takeFirst(app.server, listShortcut({ listAtHand, mayRead, stopping, logger, clock, requests }))
  }
  return app
}

/** What the shortcut doesn't answer goes to the framework. */
function takeFirst(server: Server, shortcut: Shortcut): void {
  const framework = server.listeners('request')
  server.removeAllListeners('request').on('request', (request, response) => {
    if (!shortcut(request, response))
      for (const listener of framework) listener.call(server, request, response)
  })
}

const serverLimits = {
  bodyLimit: bodyLimitBytes,
  // Longer than any client's think time, so that the client and not the server ends an idle connection: a
  // server that ends it races the next request.
  keepAliveTimeout: 75_000,
  requestTimeout: 30_000,
  // `admitKnownRequests` refuses a missing Host with a problem document.
  http: { headersTimeout: 10_000, connectionsCheckingInterval: 1000, requireHostHeader: false },
  // While draining, a request on an open connection is answered as ever; Fastify's 503 is no problem document.
  return503OnClosing: false,
} as const

function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemFrom(error)
  reply.problem = problem
  const { id: requestId, traceId } = request
  const document = problemDocument(problem, { instance: pathOf(request.url), requestId, traceId })
  void reply.code(problem.status).headers(problem.headers).type(problemMediaType).send(document)
}
