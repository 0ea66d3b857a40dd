import { useMemo } from 'preact/hooks'
import type { RunInFile } from 'proctor/wire'
import { RunStore } from './run/run-store.ts'
import { RunScreen } from './run/run-screen.tsx'
import { Mark } from './parts/mark.tsx'

/** A run that is over, out of a file: all there is to see, nothing to do. */
export function ReportPage({ run }: { readonly run: RunInFile }) {
  const store = useMemo(() => {
    const made = new RunStore(async (name) => run.names[name] ?? '')
    made.apply(run.tick)
    return made
  }, [run])
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
