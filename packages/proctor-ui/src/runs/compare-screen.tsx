import type { RunHead } from 'proctor/wire'
import { formatCount, formatMs, formatRate, formatShare, formatWhen } from '../format.ts'
import { Overview } from '../run/overview.tsx'
import type { RunStore } from '../run/run-store.ts'
import type { ProctorServer } from '../server.ts'
import { useKeptRun, useNames } from './kept-store.ts'

export interface CompareScreenProps {
  readonly server: ProctorServer
  readonly runs: readonly [string, string]
}

/** Two runs side by side, their charts laid over each other. */
export function CompareScreen({ server, runs: [first, second] }: CompareScreenProps) {
  const { value: one } = useKeptRun(server, first)
  const { value: other } = useKeptRun(server, second)
  const names = useNames(server).value
  const trouble = [one, other].find((each) => typeof each === 'string')
  if (trouble !== undefined) return <p class="error">{trouble}</p>
  if (!isRead(one) || !isRead(other)) return <p class="empty">Reading the runs…</p>
  return (
    <>
      <a class="back" href="#/runs">
        ← Runs
      </a>
      <section class="title-section" aria-label="Side by side">
        <h1>Two runs</h1>
        <SideBySide one={one} other={other} names={names} />
      </section>
      <Overview store={one} other={other} />
    </>
  )
}

function isRead(store: RunStore | string | undefined): store is RunStore {
  return typeof store === 'object'
}

const FIGURES: readonly (readonly [label: string, of: (store: RunStore) => string])[] = [
  ['Requests', ({ total }) => formatCount(total?.count ?? 0)],
  ['Requests/s', (store) => formatRate(rateOf(store))],
  ['Failures', ({ total }) => formatShare(total?.failures ?? 0, total?.count ?? 0)],
  ['p50 (ms)', ({ total }) => formatMs(total?.medianMs)],
  ['p95 (ms)', ({ total }) => formatMs(total?.p95Ms)],
  ['p99 (ms)', ({ total }) => formatMs(total?.p99Ms)],
]

interface SideBySideProps {
  readonly one: RunStore
  readonly other: RunStore
  /** What users call runs. */
  readonly names: ReadonlyMap<string, string>
}

function SideBySide({ one, other, names }: SideBySideProps) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Figures side by side">
      <table class="compare">
        <thead>
          <tr>
            <th scope="col">Run</th>
            {FIGURES.map(([label]) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[one, other].map((store, index) => (
            <tr key={index}>
              <th scope="row">
                <i class={`key ${index === 0 ? '' : 'dashed'}`} />{' '}
                <RunName head={store.head.value!} names={names} />
              </th>
              {FIGURES.map(([label, of]) => (
                <td key={label}>{of(store)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function RunName({ head, names }: { readonly head: RunHead } & Pick<SideBySideProps, 'names'>) {
  const { runId, startedAt, scenario, host } = head
  const name = names.get(runId ?? '')
  const when = formatWhen(startedAt)
  return (
    <>
      <a href={`#/runs/${runId}`}>{name ?? when}</a>
      <small>
        {scenario} against {host}
        {name !== undefined && `, ${when}`}
      </small>
    </>
  )
}

function rateOf({ total, head }: RunStore): number | null {
  const seconds = head.value?.durationSeconds ?? 0
  return seconds > 0 ? (total?.count ?? 0) / seconds : null
}
