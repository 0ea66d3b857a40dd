import { join } from 'node:path'

/** Where `install-peers.sh` puts them. */
const folder = join(import.meta.dirname, '../.cache/peers')

export const installPeers = 'sh benchmarks/install-peers.sh'

export function cached(...path: readonly string[]): string {
  return join(folder, ...path)
}

/** Of this folder. */
export function script(name: string): string {
  return join(import.meta.dirname, name)
}

/** The Node that runs the JavaScript peers is the one that runs Proctor. */
export const node = join(import.meta.dirname, '../../node_modules/.bin/node')
