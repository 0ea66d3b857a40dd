import { useMemo } from 'preact/hooks'
import type { Tick } from 'proctor/wire'
import { RunStore } from './run/run-store.ts'
import { RunScreen } from './run/run-screen.tsx'
import { Mark } from './parts/mark.tsx'

/** A run that is over, out of a file: all there is to see, nothing to do. */
export function ReportPage({ tick }: { readonly tick: Tick }) {
  const store = useMemo(() => {
    const made = new RunStore()
    made.apply(tick)
    return made
  }, [tick])
  return (
    <>
      <header class="bar">
        <Mark />
      </header>
      <main>
        <RunScreen
          store={store}
          exampleOf={async (failure) => store.failures.get(failure)?.example ?? null}
        />
      </main>
    </>
  )
}
