import { effect } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Column, Shown } from './request-columns.ts'
import type { RunStore } from './run-store.ts'

export interface CellsProps {
  /** `undefined` is over all. */
  readonly index: number | undefined
  readonly columns: readonly Column[]
  readonly store: RunStore
}

/**
 * The figures of a row. They are written past Preact: with a tick hundreds of cells may say something else, and a
 * component for each would cost more than all the rest of it.
 */
export function Cells({ index, columns, store }: CellsProps) {
  const cells = useRef<(HTMLTableCellElement | null)[]>([])
  useLayoutEffect(() => {
    const written: string[] = []
    return effect(() => {
      void store.version.value
      const row = shownRow(store, index)
      if (row === undefined) return
      for (const [at, { key, value, format }] of columns.entries()) {
        const figure = value(row, store)
        const text = format(figure)
        if (written[at] === text) continue
        written[at] = text
        const cell = cells.current[at]!
        cell.textContent = text
        cell.classList.toggle('bad', key.startsWith('fail') && (figure ?? 0) > 0)
      }
    })
  }, [index, columns, store])
  return (
    <>
      {columns.map(({ key }, at) => (
        <td key={key} ref={(cell) => void (cells.current[at] = cell)} />
      ))}
    </>
  )
}

function shownRow({ rows, total }: RunStore, index: number | undefined): Shown | undefined {
  if (index !== undefined) return rows.get(index)
  return total === undefined ? undefined : { ...total, index, method: '', name: '' }
}
