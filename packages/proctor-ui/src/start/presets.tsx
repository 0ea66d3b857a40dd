import type { Draft } from './draft.ts'
import { PRESETS } from './draft.ts'

/** Loads to begin with. */
export function Presets({ change }: { readonly change: (part: Partial<Draft>) => void }) {
  return (
    <ul class="presets" aria-label="Presets">
      {PRESETS.map(({ name, about, draft }) => (
        <li key={name}>
          <button type="button" onClick={() => change(draft)}>
            <b>{name}</b>
            <small>{about}</small>
          </button>
        </li>
      ))}
    </ul>
  )
}
