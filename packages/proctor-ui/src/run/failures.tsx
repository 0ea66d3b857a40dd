import { useSignal } from '@preact/signals'
import type { FailureExample, FailureWire, RunHead } from 'proctor/wire'
import { formatCount, formatTimeOfDay, plural } from '../format.ts'
import { Findings } from './findings.tsx'
import { ExampleView } from './example-view.tsx'
import type { RunStore } from './run-store.ts'
import { Sparkline } from './sparkline.tsx'

export interface FailuresProps {
  readonly store: RunStore
  readonly exampleOf: (failure: number) => Promise<FailureExample | null>
}

/** Why it failed: what was found, then each kind of failure with one of them whole. */
export function Failures({ store, exampleOf }: FailuresProps) {
  void store.version.value
  const { findings, exceptions } = store.standing
  const failures = [...store.failures.values()].toSorted((a, b) => b.count - a.count)
  const head = store.head.value!
  return (
    <>
      <Findings findings={findings} state={head.state} failures={store.total?.failures ?? 0} />
      <section aria-label="Failures">
        <h2>Failures</h2>
        {failures.length === 0 && <p class="empty">No request has failed.</p>}
        <ul class="failures">
          {failures.map((failure) => (
            <FailureItem
              key={failure.index}
              failure={failure}
              head={head}
              store={store}
              exampleOf={exampleOf}
            />
          ))}
        </ul>
      </section>
      {exceptions.length > 0 && (
        <section aria-label="Exceptions">
          <h2>Exceptions of the scenario</h2>
          <ul class="failures">
            {exceptions.map((exception) => (
              <li key={`${exception.user} ${exception.task} ${exception.message}`}>
                <details>
                  <summary>
                    <b class="count">{formatCount(exception.count)}</b>
                    <span class="what">
                      {exception.message}{' '}
                      <small>
                        {[exception.user, exception.task].filter((part) => part !== '').join(', ')}
                      </small>
                    </span>
                  </summary>
                  <pre>{exception.stack}</pre>
                </details>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

interface FailureItemProps extends FailuresProps {
  readonly failure: FailureWire
  readonly head: RunHead
}

function FailureItem({ failure, head, store, exampleOf }: FailureItemProps) {
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
        <ExampleOf example={example.value} head={head} />
      </details>
    </li>
  )
}

function ExampleOf({
  example,
}: {
  readonly example: FailureExample | null | 'asked' | 'trouble' | undefined
  readonly head: RunHead
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
