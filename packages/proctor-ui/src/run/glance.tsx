import type { RunHead } from 'proctor/wire'
import { formatCount, formatMs, formatRate, formatShare } from '../format.ts'
import { COUNT, FAILURES, P50, P95, P99 } from './columns.ts'
import { loadWords } from './load-words.ts'
import type { RunStore } from './run-store.ts'

interface Figure {
  readonly label: string
  readonly value: string
  readonly unit?: string
  /** Smaller, below: of the whole run where the figure is of now. */
  readonly below: string
  readonly tone?: 'bad'
}

/** What one wants to know first. While it runs: now, and below it all until now; then: the run. */
export function Glance({ store }: { readonly store: RunStore }) {
  const head = store.head.value!
  const isOn = head.state === 'running' || head.state === 'stopping'
  return (
    <dl class="glance">
      {(isOn ? nowFigures(store, head) : allFigures(store, head)).map(
        ({ label, value, unit, below, tone }) => (
          <div key={label} class={tone ?? ''}>
            <dt>{label}</dt>
            <dd>
              <b>{value}</b>
              {unit !== undefined && <span class="unit"> {unit}</span>}
              <small>{below}</small>
            </dd>
          </div>
        ),
      )}
    </dl>
  )
}

function nowFigures(store: RunStore, head: RunHead): Figure[] {
  const { all, total } = store
  const now = store.now
  const [count, failures] = [total?.count ?? 0, total?.failures ?? 0]
  const newest = (field: number): number | null => (all.get(COUNT, now) > 0 ? all.get(field, now) : null)
  const before = now > 0 ? store.seconds[now - 1]!.at : 0
  const lasted = Math.max(0.001, (store.seconds[now]?.at ?? 1) - before)
  return [
    { label: 'Users', value: formatCount(store.seconds[now]?.users ?? 0), below: loadWords(head) },
    {
      label: 'Requests/s',
      value: formatRate(all.get(COUNT, now) / lasted),
      below: `${formatCount(count)} in all`,
    },
    {
      label: 'Failures',
      value: formatShare(failures, count),
      below: `${formatCount(failures)} in all, ${formatCount(all.get(FAILURES, now))} now`,
      ...(failures > 0 ? { tone: 'bad' as const } : {}),
    },
    { label: 'p50', value: formatMs(newest(P50)), unit: 'ms', below: `${formatMs(total?.medianMs)} in all` },
    { label: 'p95', value: formatMs(newest(P95)), unit: 'ms', below: `${formatMs(total?.p95Ms)} in all` },
    { label: 'p99', value: formatMs(newest(P99)), unit: 'ms', below: `${formatMs(total?.p99Ms)} in all` },
  ]
}

function allFigures(store: RunStore, head: RunHead): Figure[] {
  const { total, seconds } = store
  const [count, failures] = [total?.count ?? 0, total?.failures ?? 0]
  const peak = seconds.reduce((most, { users }) => Math.max(most, users), 0)
  const rate = store.countedSeconds > 0 ? count / store.countedSeconds : null
  return [
    {
      label: 'Users at the peak',
      value: formatCount(peak),
      // What was wanted last need not be what was wanted then.
      below: head.steering.length > 0 ? 'changed by hand' : loadWords(head),
    },
    { label: 'Requests/s', value: formatRate(rate), below: `${formatCount(count)} in all` },
    {
      label: 'Failures',
      value: formatShare(failures, count),
      below: `${formatCount(failures)} in all`,
      ...(failures > 0 ? { tone: 'bad' as const } : {}),
    },
    {
      label: 'p50',
      value: formatMs(total?.medianMs),
      unit: 'ms',
      below: `fastest ${formatMs(total?.minMs)}`,
    },
    { label: 'p95', value: formatMs(total?.p95Ms), unit: 'ms', below: `p90 ${formatMs(total?.p90Ms)}` },
    { label: 'p99', value: formatMs(total?.p99Ms), unit: 'ms', below: `slowest ${formatMs(total?.maxMs)}` },
  ]
}
