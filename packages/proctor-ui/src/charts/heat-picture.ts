import type { Heat } from './heat.ts'

const SHADES = 16

export type Channels = readonly [red: number, green: number, blue: number]

/** A pixel for each column and bucket of a heat map, to be stretched; of a run that grows only what is new is painted. */
export class HeatPicture {
  #canvas = new OffscreenCanvas(1, 1)
  #painted: { readonly heat: Heat; readonly color: Channels } | undefined

  /** Its columns are those of `heat`, from the left. */
  of(heat: Heat, color: Channels): OffscreenCanvas {
    const known = this.#known(heat, color)
    const width = heat.columns.length
    const height = heat.high - heat.low + 1
    if (known === 0) this.#canvas = new OffscreenCanvas(2 * width, height)
    if (width > known) {
      const image = imageOf(heat, known, color)
      this.#canvas.getContext('2d')!.putImageData(image, known, 0)
    }
    this.#painted = { heat, color }
    return this.#canvas
  }

  /** How many columns stand there as they have to. */
  #known(heat: Heat, color: Channels): number {
    if (this.#painted === undefined || this.#painted.color !== color) return 0
    const { heat: before } = this.#painted
    const isAlike = (['from', 'low', 'high', 'most'] as const).every((key) => before[key] === heat[key])
    if (!isAlike || heat.columns.length > this.#canvas.width) return 0
    const first = heat.columns.findIndex((column, at) => column !== before.columns[at])
    return first < 0 ? heat.columns.length : first
  }
}

function imageOf({ columns, low, high, most }: Heat, first: number, color: Channels): ImageData {
  const image = new ImageData(columns.length - first, high - low + 1)
  for (const [x, column] of columns.slice(first).entries()) {
    for (const [bucket, count] of column) {
      const shade = Math.round(Math.sqrt(count / most) * SHADES) / SHADES
      image.data.set([...color, 255 * (0.1 + 0.9 * shade)], 4 * ((high - bucket) * image.width + x))
    }
  }
  return image
}
