import type { NetworkInterfaceInfo } from 'node:os'

type Interfaces = Readonly<
  Record<string, readonly Pick<NetworkInterfaceInfo, 'address' | 'family' | 'internal'>[] | undefined>
>

/**
 * By which the page can be opened, this machine's own way first; those of its addresses follow where it listens on all of
 * them. Link-local ones are left out: they need the name of a network card.
 */
export function pageUrls(webHost: string, port: number, interfaces: Interfaces): [string, ...string[]] {
  const isAny = webHost === '0.0.0.0' || webHost === '::'
  if (!isAny) return [urlOf(webHost, port)]
  const own = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && (webHost === '::' || family === 'IPv4'))
    .map(({ address }) => address)
    .filter((address) => !/^(169\.254\.|fe80:)/i.test(address))
  return [urlOf('localhost', port), ...own.map((address) => urlOf(address, port))]
}

function urlOf(name: string, port: number): string {
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}
