import type { ProctorServer } from '../server.ts'
import { RunScreen } from './run-screen.tsx'
import type { RunStore } from './run-store.ts'
import { Steering } from './steering.tsx'

/** The run that goes on, or went on last. */
export function LiveScreen({ server, store }: { readonly server: ProctorServer; readonly store: RunStore }) {
  return (
    <RunScreen
      store={store}
      exampleOf={(failure) => server.example(failure)}
      actions={<Steering server={server} store={store} />}
    />
  )
}
