import type { Exposition } from './exposition.ts'

/** What became of telemetry, by its kind: `traces`, `logs`. */
export type TelemetryFigures = Readonly<Record<string, { sent: number; dropped: number; waiting: number }>>

const metrics = [
  ['otlp_sent_total', 'counter', 'Spans and log records that the collector took.', 'sent'],
  ['otlp_dropped_total', 'counter', 'Spans and log records lost: no room, refused, or too late.', 'dropped'],
  ['otlp_queue_depth', 'gauge', 'Spans and log records that wait.', 'waiting'],
] as const

export function writeTelemetry(out: Exposition, figures: TelemetryFigures): void {
  const signals = Object.entries(figures)
  if (signals.length === 0) return
  for (const [name, type, help, figure] of metrics) {
    out.metric(name, type, help)
    for (const [signal, of] of signals) out.sample(name, { signal }, of[figure])
  }
}
