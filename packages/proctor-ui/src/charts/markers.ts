import type { RunHead } from 'proctor/wire'
import type uPlot from 'uplot'
import { colorOf } from './colors.ts'
import { marksOf } from './marks.ts'

/** Where the load was changed by hand, or the statistics were reset. */
export function drawMarkers(plot: uPlot, head: RunHead | undefined): void {
  const marks = head === undefined ? [] : marksOf(head)
  if (marks.length === 0) return
  const { ctx, bbox } = plot
  ctx.save()
  ctx.strokeStyle = ctx.fillStyle = colorOf('quiet')
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio])
  ctx.font = `${11 * devicePixelRatio}px system-ui`
  ctx.textAlign = 'left'
  // From the last to the first: what has no room for its words before the next one goes without.
  let free = Infinity
  for (const { elapsedMs, words } of marks.toReversed()) {
    const x = Math.round(plot.valToPos(elapsedMs / 1000, 'x', true))
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    const [gap, width] = [3 * devicePixelRatio, ctx.measureText(words).width]
    const from = x > bbox.left + 0.85 * bbox.width ? x - gap - width : x + gap
    if (from + width > free) continue
    ctx.fillText(words, from, bbox.top + 10 * devicePixelRatio)
    free = Math.min(from, x) - gap
  }
  ctx.restore()
}
