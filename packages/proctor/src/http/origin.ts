/** Where requests go: scheme, host and port of a base URL, with the path that stands before every path. */
export class Origin {
  readonly host: string
  readonly port: number
  /** Whether its connections are to be secured: https. */
  readonly isSecure: boolean
  /** Scheme, host and port: `http://127.0.0.1:5000`. */
  readonly origin: string
  /** What stands before each path on the wire: the path of the base URL, without a trailing slash. */
  readonly basePath: string
  /** Value of the `Host` header: the port is left out where it is the scheme's own. */
  readonly hostHeader: string

  /** Throws a `TypeError` that says what was expected when `url` is no URL of http or https. */
  constructor(url: string) {
    const parsed = parseHttpUrl(url)
    this.host = parsed.hostname.replace(/^\[|\]$/g, '')
    this.isSecure = parsed.protocol === 'https:'
    this.port = parsed.port === '' ? (this.isSecure ? 443 : 80) : Number(parsed.port)
    this.hostHeader = parsed.host
    this.basePath = parsed.pathname.replace(/\/+$/, '')
    this.origin = parsed.origin
  }
}

function parseHttpUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || parsed.hostname === '') {
    const meant = /^[\w.-]+(:\d+)?(\/|$)/.test(url) ? `http://${url}` : ''
    const example = URL.canParse(meant) ? meant : 'http://127.0.0.1:5000'
    throw new TypeError(`expected a URL such as ${example}, got ${JSON.stringify(url)}`)
  }
  if (parsed.username !== '' || parsed.search !== '' || parsed.hash !== '') {
    throw new TypeError(`expected a URL without user, query or fragment, got ${JSON.stringify(url)}`)
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')
    throw new TypeError(`expected an http:// or https:// URL, got ${JSON.stringify(url)}`)
  return parsed
}
