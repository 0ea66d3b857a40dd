import { signal } from '@preact/signals'

/** What a colour means, by the name of its custom property. */
export type Color = 'ink' | 'quiet' | 'line' | 'rate' | 'bad' | 'p50' | 'p95' | 'p99' | 'surface' | 'other'

const dark = matchMedia('(prefers-color-scheme: dark)')

/** Counts up when the system turns dark or light: canvases don't hear of it by themselves. */
export const scheme = signal(0)
dark.addEventListener('change', () => scheme.value++)

export function colorOf(color: Color): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${color}`).trim()
}

/** The same, with a share of it to be seen. */
export function faint(color: string, share: number): string {
  return `color-mix(in srgb, ${color} ${Math.round(share * 100)}%, transparent)`
}
