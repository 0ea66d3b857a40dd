/** What the process takes. */
export interface ProcessFigures {
  cpuSeconds: number
  residentBytes: number
  heapBytes: number
  uptimeSeconds: number
}

export function processFigures(): ProcessFigures {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  return {
    cpuSeconds: (user + system) / 1e6,
    residentBytes: rss,
    heapBytes: heapUsed,
    uptimeSeconds: process.uptime(),
  }
}
