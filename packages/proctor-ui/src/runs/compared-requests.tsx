import { type Signal, useSignal } from '@preact/signals'
import { Filter } from '../parts/filter.tsx'
import type { RunStore } from '../run/run-store.ts'
import { ComparedHead } from './compared-head.tsx'
import { COMPARED, type Side } from './difference.ts'
import { DifferenceCell } from './difference-cell.tsx'

export interface ComparedRequestsProps {
  readonly base: RunStore
  readonly later: RunStore
  readonly isJudged: boolean
  /** By method and name; its charts are shown. */
  readonly chosen: Signal<string | undefined>
}

const FEW = 5

/** Every request of either run: what it was, what it became, and by how much that differs. */
export function ComparedRequests({ base, later, isJudged, chosen }: ComparedRequestsProps) {
  const filter = useSignal('')
  const [before, after] = [rowsOf(base), rowsOf(later)]
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  const wanted = filter.value.trim().toLowerCase()
  const shown = names.filter((name) => name.toLowerCase().includes(wanted))
  return (
    <section aria-label="Requests">
      <div class="section-head">
        <h2>Requests, base → later</h2>
        {names.length > FEW && <Filter text={filter} />}
      </div>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Table of requests">
        <table class="compare names">
          <ComparedHead of="Request" />
          <tbody>
            {shown.map((name) => (
              <tr key={name} class={chosen.value === name ? 'chosen' : ''}>
                <th scope="row">
                  <Name name={name} isInBoth={before.has(name) && after.has(name)} chosen={chosen} />
                </th>
                <Cells base={before.get(name)} later={after.get(name)} isJudged={isJudged} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Name({
  name,
  isInBoth,
  chosen,
}: Pick<ComparedRequestsProps, 'chosen'> & { readonly name: string; readonly isInBoth: boolean }) {
  if (!isInBoth) return <>{name}</>
  const isChosen = chosen.value === name
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      title="Show its charts"
      onClick={() => (chosen.value = isChosen ? undefined : name)}
    >
      {name}
    </button>
  )
}

interface CellsProps {
  /** `undefined` where the run has none of that name. */
  readonly base: Side | undefined
  readonly later: Side | undefined
  readonly isJudged: boolean
}

function Cells({ base, later, isJudged }: CellsProps) {
  return (
    <>
      {COMPARED.map((compared) => (
        <td key={compared.label} data-label={compared.label}>
          {base === undefined ? '–' : compared.format(base)} →{' '}
          {later === undefined ? '–' : compared.format(later)}
          <small>
            {base === undefined || later === undefined ? (
              'in one run only'
            ) : (
              <DifferenceCell {...{ compared, base, later, isJudged }} />
            )}
          </small>
        </td>
      ))}
    </>
  )
}

function rowsOf({ rows, countedSeconds: seconds }: RunStore): Map<string, Side> {
  return new Map([...rows.values()].map((row) => [`${row.method} ${row.name}`, { row, seconds }]))
}
