import type { Signal } from '@preact/signals'
import { COLUMNS } from './request-columns.ts'

/** Which columns a table shows. */
export function ColumnChoice({ hidden }: { readonly hidden: Signal<Set<string>> }) {
  const turn = (key: string): void => {
    const next = new Set(hidden.value)
    if (!next.delete(key)) next.add(key)
    hidden.value = next
  }
  return (
    <details class="menu">
      <summary>Columns</summary>
      <div class="menu-body">
        {COLUMNS.map(({ key, heading, unit }) => (
          <label key={key} class="check">
            <input type="checkbox" checked={!hidden.value.has(key)} onChange={() => turn(key)} /> {heading}{' '}
            {unit === '/s' ? unit : ''}
          </label>
        ))}
      </div>
    </details>
  )
}
