/** How figures stand in a finding's sentences. */

/** `33`, `4.2`, `0.31`: about three digits that mean something. */
export function number(value: number): string {
  if (value >= 99.5) return String(Math.round(value))
  return String(Number(value.toPrecision(3)))
}

/** `31 µs`, `12.3 ms`, `1.5 s`. */
export function duration(ms: number): string {
  if (ms < 1) return `${number(ms * 1000)} µs`
  return ms < 1000 ? `${number(ms)} ms` : `${number(ms / 1000)} s`
}

/** `3.2 %`; never `0 %` for some, never `100 %` for not quite all. */
export function share(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %'
  if (part === whole) return '100 %'
  return `${Number(Math.min(99.9, Math.max(0.1, (100 * part) / whole)).toPrecision(2))} %`
}

/** `GET /students`. */
export function requestWords({ method, name }: { method: string; name: string }): string {
  return `${method} ${name}`.trim()
}
