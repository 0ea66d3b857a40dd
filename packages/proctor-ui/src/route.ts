import { signal } from '@preact/signals'

/** Where the page is, as the parts of its fragment: `#/runs/1a2b` is `['runs', '1a2b']`. */
export const route = signal(partsOf(location.hash))

addEventListener('hashchange', () => (route.value = partsOf(location.hash)))

function partsOf(hash: string): readonly string[] {
  return hash
    .replace(/^#\/?/, '')
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent)
}

export function goTo(path: string): void {
  location.hash = path
}
