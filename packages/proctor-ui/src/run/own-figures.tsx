import type { ComponentChildren } from 'preact'
import type { MetricRecord, Tick } from 'proctor/wire'
import { formatCount, formatMs, formatPercent, formatRate } from '../format.ts'
import type { RunStore } from './run-store.ts'

/** What the scenario timed and measured by itself. */
export function OwnFigures({ store }: { readonly store: RunStore }) {
  void store.version.value
  const { transactions, metrics } = store.standing
  return (
    <>
      <OwnTable
        title="Transactions"
        heads={['Transaction', 'Times', 'Failures', 'Median ms', 'p95 ms', 'p99 ms', 'Max ms', 'Times /s']}
        rows={transactions.map(transactionCells)}
      />
      <OwnTable
        title="Metrics"
        heads={['Metric', 'Value', 'Times', 'Median', 'p95', 'p99', 'Max', 'Value /s']}
        rows={metrics.map(metricCells)}
      />
    </>
  )
}

type Cells = readonly [name: string, ...figures: ComponentChildren[]]

function transactionCells(each: Tick['transactions'][number]): Cells {
  const failures = formatCount(each.failures)
  return [
    each.name,
    formatCount(each.count),
    each.failures > 0 ? <span class="bad">{failures}</span> : failures,
    formatMs(each.medianMs),
    formatMs(each.p95Ms),
    formatMs(each.p99Ms),
    formatMs(each.maxMs),
    formatRate(each.perSecond),
  ]
}

function metricCells(metric: MetricRecord): Cells {
  return [
    metric.unit === '' ? metric.name : `${metric.name} (${metric.unit})`,
    metric.kind === 'rate' && metric.value !== null
      ? formatPercent(metric.value)
      : formatFigure(metric.value),
    metric.count === null ? NONE : formatCount(metric.count),
    formatFigure(metric.median),
    formatFigure(metric.p95),
    formatFigure(metric.p99),
    formatFigure(metric.max),
    formatRate(metric.perSecond),
  ]
}

const NONE = '–'

/** Whole where it is whole: nobody knows its unit here. */
function formatFigure(value: number | null): string {
  if (value === null) return NONE
  return Number.isInteger(value) ? formatCount(value) : value.toFixed(2)
}

interface OwnTableProps {
  readonly title: string
  readonly heads: readonly string[]
  readonly rows: readonly Cells[]
}

function OwnTable({ title, heads, rows }: OwnTableProps) {
  if (rows.length === 0) return null
  return (
    <section>
      <h2>{title}</h2>
      <div class="table-scroll" tabIndex={0} role="region" aria-label={title}>
        <table class="requests">
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, ...figures]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {figures.map((figure, column) => (
                  <td key={column}>{figure}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
