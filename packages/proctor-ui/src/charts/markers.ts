import type { RunHead } from 'proctor/wire'
import type uPlot from 'uplot'
import { colorOf } from './colors.ts'

/** Where the load was changed by hand, or the statistics were reset. */
export function drawMarkers(plot: uPlot, head: RunHead | undefined): void {
  const markers = [
    ...(head?.steering ?? []).map(({ elapsedMs, target }) => ({ elapsedMs, words: `→ ${target}` })),
    ...(head?.resets ?? []).map((elapsedMs) => ({ elapsedMs, words: 'reset' })),
  ]
  if (markers.length === 0) return
  const { ctx, bbox } = plot
  ctx.save()
  ctx.strokeStyle = ctx.fillStyle = colorOf('quiet')
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio])
  ctx.font = `${11 * devicePixelRatio}px system-ui`
  for (const { elapsedMs, words } of markers) {
    const x = Math.round(plot.valToPos(elapsedMs / 1000, 'x', true))
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    const isLate = x > bbox.left + 0.85 * bbox.width
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    ctx.textAlign = isLate ? 'right' : 'left'
    ctx.fillText(words, x + (isLate ? -3 : 3) * devicePixelRatio, bbox.top + 10 * devicePixelRatio)
  }
  ctx.restore()
}
