import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { StoreFigures } from '../students/student-store.ts'
import { Exposition } from './exposition.ts'
import { processFigures, type ProcessFigures } from './process-figures.ts'
import type { RequestMetrics } from './request-metrics.ts'
import { writeTelemetry, type TelemetryFigures } from './telemetry-figures.ts'

const schema = { response: { 200: Type.String() } }
const config = { operation: { summary: 'Figures for Prometheus', answers: ['text/plain'] } }

interface Options {
  requests: RequestMetrics
  /** Of a store that keeps any. */
  storeFigures: () => StoreFigures | undefined
  /** Where telemetry is sent to a collector. */
  telemetryFigures: () => TelemetryFigures | undefined
}

/** `/metrics`, in the text format of Prometheus. What is counted is written out only when it is asked for. */
export const metricsRoutes: FastifyPluginCallbackTypebox<Options> = (
  app,
  { requests, storeFigures, telemetryFigures },
  done,
) => {
  app.get('/metrics', { schema, config }, async (_request, reply) => {
    const out = new Exposition()
    requests.write(out)
    writeStore(out, storeFigures() ?? {})
    writeTelemetry(out, telemetryFigures() ?? {})
    writeProcess(out, processFigures())
    return reply.type('text/plain; version=0.0.4; charset=utf-8').serializer(String).send(out.text)
  })
  done()
}

function writeStore(out: Exposition, { waitingWrites, listStudents, listBytes }: StoreFigures): void {
  if (waitingWrites !== undefined) out.gauge('students_write_queue_depth', 'Writes that wait.', waitingWrites)
  if (listStudents !== undefined)
    out.gauge('students_list_students', 'Students in the list kept.', listStudents)
  if (listBytes !== undefined) out.gauge('students_list_bytes', 'Size of the list kept.', listBytes)
}

function writeProcess(out: Exposition, figures: ProcessFigures): void {
  out.metric('process_cpu_seconds_total', 'counter', 'CPU time, user and system.')
  out.sample('process_cpu_seconds_total', {}, figures.cpuSeconds)
  out.gauge('process_resident_memory_bytes', 'Memory held.', figures.residentBytes)
  out.gauge('nodejs_heap_used_bytes', 'Memory that objects take.', figures.heapBytes)
  out.gauge('process_uptime_seconds', 'Time since the start.', figures.uptimeSeconds)
}
