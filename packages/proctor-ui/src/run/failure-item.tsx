import { useSignal } from '@preact/signals'
import type { FailureExample, FailureWire } from 'proctor/wire'
import { formatCount, formatTimeOfDay, plural } from '../format.ts'
import { ExampleView } from './example-view.tsx'
import { KeptRequests } from './kept-requests.tsx'
import type { RunStore } from './run-store.ts'
import { Sparkline } from './sparkline.tsx'

export interface FailureItemProps {
  readonly failure: FailureWire
  readonly store: RunStore
  readonly exampleOf: (failure: number) => Promise<FailureExample | null>
}

/** One kind of failure: how often, when, and on a click all that is known of it. */
export function FailureItem({ failure, store, exampleOf }: FailureItemProps) {
  const example = useSignal<FailureExample | null | 'asked' | 'trouble' | undefined>(failure.example)
  const ask = async (): Promise<void> => {
    if (example.value !== undefined && example.value !== 'trouble') return
    example.value = 'asked'
    try {
      example.value = await exampleOf(failure.index)
    } catch {
      example.value = 'trouble'
    }
  }
  return (
    <li>
      <details onToggle={(event) => void (event.currentTarget.open && ask())}>
        <summary>
          <b class="count bad">{formatCount(failure.count)}</b>
          <span class="what">
            {failure.signature}
            <small>
              <span class="method">{failure.method}</span> {failure.name}
            </small>
          </span>
          <Sparkline store={store} failure={failure.index} />
          <span class="seen">
            {formatTimeOfDay(failure.firstSeen)} – {formatTimeOfDay(failure.lastSeen)}
            <small>{share(failure, store)}</small>
          </span>
        </summary>
        <Explained failure={failure} store={store} />
        <ExampleOf example={example.value} />
        <KeptRequests kept={failure.kept ?? []} />
      </details>
    </li>
  )
}

/** The finding that is about it. */
function Explained({ failure: { method, name, signature }, store }: Omit<FailureItemProps, 'exampleOf'>) {
  const about = `${method} ${name} ${signature}`
  const finding = store.standing.findings.find((each) => each.about?.includes(about) === true)
  if (finding === undefined) return null
  return (
    <div class="explained">
      <p>{finding.title}</p>
      {finding.recommendation !== null && <p class="note">{finding.recommendation}</p>}
    </div>
  )
}

function ExampleOf({
  example,
}: {
  readonly example: FailureExample | null | 'asked' | 'trouble' | undefined
}) {
  if (example === 'trouble')
    return <p class="error">The example could not be read. Close and open it to try again.</p>
  if (example === undefined || example === 'asked') return <p class="note">…</p>
  if (example === null) return <p class="note">No example was kept.</p>
  return <ExampleView example={example} />
}

function share({ method, name, count }: FailureWire, store: RunStore): string {
  const row = [...store.rows.values()].find((each) => each.method === method && each.name === name)
  return row === undefined ? '' : `${formatCount(count)} of ${plural(row.count, 'request')}`
}
