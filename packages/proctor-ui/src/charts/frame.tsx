import type { ComponentChildren } from 'preact'
import { savePicture } from './picture.ts'

export interface FrameProps {
  readonly title: string
  /** What the colours mean. */
  readonly legend: ComponentChildren
  readonly children: ComponentChildren
}

/** What every chart stands in: its title, what it shows, and a button that takes it away as a picture. */
export function Frame({ title, legend, children }: FrameProps) {
  return (
    <figure class="chart">
      <figcaption>
        <h3>{title}</h3>
        <ul class="legend">{legend}</ul>
        <button
          type="button"
          class="quiet small"
          aria-label={`Save ${title} as PNG`}
          title="Save as PNG"
          onClick={(event) => savePicture(event.currentTarget.closest('figure')!, title)}
        >
          PNG
        </button>
      </figcaption>
      {children}
    </figure>
  )
}
