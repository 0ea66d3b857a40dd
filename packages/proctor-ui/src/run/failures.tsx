import type { FailureExample } from 'proctor/wire'
import { formatCount } from '../format.ts'
import { FailureItem } from './failure-item.tsx'
import { Findings } from './findings.tsx'
import type { RunStore } from './run-store.ts'

export interface FailuresProps {
  readonly store: RunStore
  readonly exampleOf: (failure: number) => Promise<FailureExample | null>
}

/** Why it failed: what was found, then each kind of failure with one of them whole. */
export function Failures({ store, exampleOf }: FailuresProps) {
  void store.version.value
  const { findings, exceptions } = store.standing
  const failures = [...store.failures.values()].toSorted((a, b) => b.count - a.count)
  const { state } = store.head.value!
  return (
    <>
      <Findings findings={findings} state={state} failures={store.total?.failures ?? 0} />
      <section aria-label="Failures">
        <h2>Failures</h2>
        {failures.length === 0 && <p class="empty">No request has failed.</p>}
        <ul class="failures">
          {failures.map((failure) => (
            <FailureItem key={failure.index} failure={failure} store={store} exampleOf={exampleOf} />
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
