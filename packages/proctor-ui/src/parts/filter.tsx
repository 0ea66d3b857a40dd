import type { Signal } from '@preact/signals'

/** Narrows a table of requests to those whose name has this in it. */
export function Filter({ text }: { readonly text: Signal<string> }) {
  return (
    <input
      type="search"
      aria-label="Filter requests"
      placeholder="Filter"
      value={text.value}
      onInput={(event) => (text.value = event.currentTarget.value)}
    />
  )
}
