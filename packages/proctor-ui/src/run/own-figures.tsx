import type { MetricRecord, Tick } from 'proctor/wire'
import { formatCount, formatMs, formatPercent, formatRate } from '../format.ts'
import type { RunStore } from './run-store.ts'

/** What the scenario timed and measured by itself. */
export function OwnFigures({ store }: { readonly store: RunStore }) {
  void store.version.value
  const { transactions, metrics } = store.standing
  return (
    <>
      {transactions.length > 0 && <Transactions transactions={transactions} />}
      {metrics.length > 0 && <Metrics metrics={metrics} />}
    </>
  )
}

function Transactions({ transactions }: Pick<Tick, 'transactions'>) {
  return (
    <section>
      <h2>Transactions</h2>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Transactions">
        <table class="requests">
          <thead>
            <tr>
              <Heads
                of={[
                  'Transaction',
                  'Times',
                  'Failures',
                  'Median ms',
                  'p95 ms',
                  'p99 ms',
                  'Max ms',
                  'Times /s',
                ]}
              />
            </tr>
          </thead>
          <tbody>
            {transactions.map((each) => (
              <tr key={each.name}>
                <th scope="row">{each.name}</th>
                <td>{formatCount(each.count)}</td>
                <td class={each.failures > 0 ? 'bad' : ''}>{formatCount(each.failures)}</td>
                <td>{formatMs(each.medianMs)}</td>
                <td>{formatMs(each.p95Ms)}</td>
                <td>{formatMs(each.p99Ms)}</td>
                <td>{formatMs(each.maxMs)}</td>
                <td>{formatRate(each.perSecond)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Metrics({ metrics }: Pick<Tick, 'metrics'>) {
  return (
    <section>
      <h2>Metrics</h2>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Metrics">
        <table class="requests">
          <thead>
            <tr>
              <Heads of={['Metric', 'Value', 'Times', 'Median', 'p95', 'p99', 'Max', 'Value /s']} />
            </tr>
          </thead>
          <tbody>
            {metrics.map((metric) => (
              <tr key={metric.name}>
                <th scope="row">{metric.unit === '' ? metric.name : `${metric.name} (${metric.unit})`}</th>
                <td>{valueOf(metric)}</td>
                <td>{metric.count === null ? NONE : formatCount(metric.count)}</td>
                <td>{formatFigure(metric.median)}</td>
                <td>{formatFigure(metric.p95)}</td>
                <td>{formatFigure(metric.p99)}</td>
                <td>{formatFigure(metric.max)}</td>
                <td>{formatRate(metric.perSecond)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Heads({ of }: { readonly of: readonly string[] }) {
  return (
    <>
      {of.map((head, index) => (
        <th key={index} scope="col">
          {head}
        </th>
      ))}
    </>
  )
}

const NONE = '–'

function valueOf({ kind, value }: MetricRecord): string {
  return kind === 'rate' && value !== null ? formatPercent(value) : formatFigure(value)
}

/** Whole where it is whole: nobody knows its unit here. */
function formatFigure(value: number | null): string {
  if (value === null) return NONE
  return Number.isInteger(value) ? formatCount(value) : value.toFixed(2)
}
