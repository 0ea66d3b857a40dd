import { download } from '../parts/download.ts'
import { colorOf } from './colors.ts'

const PADDING = 16
const TITLE = 28

/** The chart of a figure, with its title and what its colours mean, as a PNG. */
export function savePicture(figure: HTMLElement, title: string): void {
  const canvas = figure.querySelector('canvas')
  if (canvas === null) return
  canvasOf(canvas, `${title}   ${legendOf(figure)}`).toBlob((blob) => {
    if (blob !== null) download(`proctor-${title.toLowerCase().replaceAll(/\W+/g, '-')}.png`, blob)
  })
}

function legendOf(figure: HTMLElement): string {
  return [...figure.querySelectorAll('.legend li')].map((each) => each.textContent.trim()).join('   ')
}

function canvasOf(chart: HTMLCanvasElement, caption: string): HTMLCanvasElement {
  const scale = devicePixelRatio
  const canvas = document.createElement('canvas')
  canvas.width = chart.width + 2 * PADDING * scale
  canvas.height = chart.height + (2 * PADDING + TITLE) * scale
  const context = canvas.getContext('2d')!
  context.fillStyle = colorOf('surface')
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = colorOf('ink')
  context.font = `${14 * scale}px system-ui`
  context.fillText(caption, PADDING * scale, (PADDING + 12) * scale)
  context.drawImage(chart, PADDING * scale, (PADDING + TITLE) * scale)
  return canvas
}
