import { useSignal } from '@preact/signals'
import { Charts } from './charts.tsx'
import { OwnFigures } from './own-figures.tsx'
import { RequestTable } from './request-table.tsx'
import type { RunStore } from './run-store.ts'

export function Overview({ store }: { readonly store: RunStore }) {
  const chosen = useSignal<number | undefined>(undefined)
  const row = chosen.value === undefined ? undefined : store.rows.get(chosen.value)
  return (
    <>
      <RequestTable store={store} chosen={chosen} />
      <OwnFigures store={store} />
      <Charts
        store={store}
        chosen={row && `${row.method} ${row.name}`}
        onShowAll={() => (chosen.value = undefined)}
      />
    </>
  )
}
