import { useSignal } from '@preact/signals'
import type { RunHead } from 'proctor/wire'
import { formatClock, formatWhen, formatWhenExactly } from '../format.ts'
import { Charts } from '../run/charts.tsx'
import type { RunStore } from '../run/run-store.ts'
import type { ProctorServer } from '../server.ts'
import { ComparedHead } from './compared-head.tsx'
import { ComparedRequests } from './compared-requests.tsx'
import { COMPARED, incomparable, type Side } from './difference.ts'
import { DifferenceCell } from './difference-cell.tsx'
import { useKeptRun, useNames } from './kept-store.ts'
import { HowItEnded } from './run-state.tsx'

export interface CompareScreenProps {
  readonly server: ProctorServer
  readonly runs: readonly [string, string]
}

/** Two runs side by side, their charts laid over each other: the older is the base of the differences. */
export function CompareScreen({ server, runs: [first, second] }: CompareScreenProps) {
  const { value: one } = useKeptRun(server, first)
  const { value: other } = useKeptRun(server, second)
  const names = useNames(server).value
  const chosen = useSignal<string | undefined>(undefined)
  const trouble = [one, other].find((each) => typeof each === 'string')
  if (trouble !== undefined) return <p class="error">{trouble}</p>
  if (!isRead(one) || !isRead(other)) return <p class="empty">Reading the runs…</p>
  const [base, later] = startOf(one) <= startOf(other) ? [one, other] : [other, one]
  const doubt = incomparable(base, later)
  const isJudged = doubt === undefined
  return (
    <>
      <a class="back" href="#/runs">
        ← Runs
      </a>
      <section class="title-section" aria-label="Side by side">
        <h1>Two runs</h1>
        <SideBySide base={base} later={later} isJudged={isJudged} names={names} />
        {doubt !== undefined && <p class="note">{doubt}</p>}
      </section>
      <ComparedRequests {...{ base, later, isJudged, chosen }} />
      <Charts store={base} other={later} chosen={chosen.value} onShowAll={() => (chosen.value = undefined)} />
    </>
  )
}

function isRead(store: RunStore | string | undefined): store is RunStore {
  return typeof store === 'object'
}

function startOf({ head }: RunStore): string {
  return head.value!.startedAt
}

interface SideBySideProps {
  readonly base: RunStore
  readonly later: RunStore
  readonly isJudged: boolean
  /** What users call runs. */
  readonly names: ReadonlyMap<string, string>
}

function SideBySide({ base, later, isJudged, names }: SideBySideProps) {
  const isSameMinute = formatWhen(startOf(base)) === formatWhen(startOf(later))
  const when = isSameMinute ? formatWhenExactly : formatWhen
  const [before, after] = [sideOf(base), sideOf(later)]
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Figures side by side">
      <table class="compare">
        <ComparedHead of="Run" />
        <tbody>
          {[base, later].map((store) => (
            <tr key={store.head.value!.id}>
              <th scope="row">
                <i class={`key ${store === base ? '' : 'dashed'}`} />{' '}
                <RunName head={store.head.value!} isBase={store === base} names={names} when={when} />
                <Ending store={store} />
              </th>
              {COMPARED.map(({ label, format }) => (
                <td key={label} data-label={label}>
                  {format(store === base ? before : after)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Difference from the base</th>
            {COMPARED.map((compared) => (
              <td key={compared.label} data-label={compared.label}>
                <DifferenceCell compared={compared} base={before} later={after} isJudged={isJudged} />
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

interface RunNameProps extends Pick<SideBySideProps, 'names'> {
  readonly head: RunHead
  readonly isBase: boolean
  readonly when: (iso: string) => string
}

function RunName({ head, isBase, names, when }: RunNameProps) {
  const { runId, startedAt, scenario, host, durationSeconds } = head
  const name = names.get(runId ?? '')
  return (
    <>
      <a href={`#/runs/${runId}`}>{name ?? when(startedAt)}</a>
      {isBase && <span class="tag">base</span>}
      <small>
        {scenario} against {host}
        {name !== undefined && `, ${when(startedAt)}`}, {formatClock(durationSeconds)}
      </small>
    </>
  )
}

function Ending({ store: { head, standing } }: { readonly store: RunStore }) {
  const { soundness, thresholds } = standing
  return (
    <HowItEnded
      state={head.value!.state}
      verdict={soundness?.verdict ?? 'unknown'}
      thresholdsMissed={thresholds.filter(({ state }) => state === 'missed').length}
    />
  )
}

const NOTHING: Side['row'] = { count: 0, failures: 0, medianMs: null, p95Ms: null, p99Ms: null }

function sideOf({ total, countedSeconds: seconds }: RunStore): Side {
  return { row: total ?? NOTHING, seconds }
}
