import { TakeAway } from '../parts/take-away.tsx'
import { RunScreen } from '../run/run-screen.tsx'
import type { ProctorServer } from '../server.ts'
import { useKeptRun, useNames } from './kept-store.ts'

/** One kept run, as it was seen when it was made. */
export function KeptScreen({ server, runId }: { readonly server: ProctorServer; readonly runId: string }) {
  const { value: store } = useKeptRun(server, runId)
  const name = useNames(server).value.get(runId)
  if (store === undefined) return <p class="empty">Reading the run…</p>
  if (typeof store === 'string') return <p class="error">{store}</p>
  return (
    <>
      <a class="back" href="#/runs">
        ← Runs{name !== undefined && ` / ${name}`}
      </a>
      <RunScreen
        store={store}
        exampleOf={async (failure) => store.failures.get(failure)?.example ?? null}
        actions={<TakeAway runId={runId} />}
      />
    </>
  )
}
