import { type Draft, previewOf } from './draft.ts'
import { StageEditor } from './stage-editor.tsx'
import { added } from './stages.ts'

export interface PreviewProps {
  readonly draft: Draft
  readonly change: (part: Partial<Draft>) => void
}

/** The load over time, to be looked at; where it is made of stages, to be drawn. */
export function Preview({ draft, change }: PreviewProps) {
  const { kind, points } = draft
  const unit = kind === 'arrivals' || (kind === 'stages' && draft.isOfArrivals) ? 'arrivals/s' : 'users'
  if (kind === 'shape') return null
  if (kind !== 'stages') return <StageEditor points={previewOf(draft)} unit={unit} />
  return (
    <>
      <StageEditor points={points} unit={unit} onChange={(next) => change({ points: next })} />
      <div class="stages-foot">
        <p class="note">Pull the points, or move them by the arrow keys.</p>
        <div class="actions">
          <button
            type="button"
            class="small"
            onClick={() => change({ points: added(points, points.length - 1) })}
          >
            Add a stage
          </button>
          <button
            type="button"
            class="small"
            disabled={points.length < 2}
            onClick={() => change({ points: points.slice(0, -1) })}
          >
            Remove the last
          </button>
        </div>
      </div>
    </>
  )
}
