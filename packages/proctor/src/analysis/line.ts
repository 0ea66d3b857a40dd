export interface Point {
  readonly x: number
  readonly y: number
  readonly weight: number
}

/** The straight line of least squares; `undefined` where all lie at one x. */
export function fit(
  points: readonly Point[],
): { slope: number; r2: number; at: (x: number) => number } | undefined {
  const weight = sum(points, () => 1)
  const [meanX, meanY] = [sum(points, ({ x }) => x) / weight, sum(points, ({ y }) => y) / weight]
  const xx = sum(points, ({ x }) => (x - meanX) ** 2)
  const xy = sum(points, ({ x, y }) => (x - meanX) * (y - meanY))
  const yy = sum(points, ({ y }) => (y - meanY) ** 2)
  if (!(xx > 0)) return undefined
  const slope = xy / xx
  return { slope, r2: yy > 0 ? (xy * xy) / (xx * yy) : 1, at: (x) => meanY + slope * (x - meanX) }
}

function sum(points: readonly Point[], of: (point: Point) => number): number {
  return points.reduce((all, point) => all + point.weight * of(point), 0)
}
