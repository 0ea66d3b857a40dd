/** What the clients ask for. Each stands in the table of `loadCases`; `--case` chooses by name. */
export interface LoadCase {
  readonly name: CaseName
  /** As the table shows it. */
  readonly title: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Over TLS. Peers are left out: each would want its own word for a certificate of nobody known. */
  readonly isSecure?: true
  /** Over HTTP/2, and so beside h2load instead of wrk. */
  readonly isHttp2?: true
  /** What is right to get. */
  readonly status: number
  /** Proctor's CPU per request as a multiple of wrk's: what is aimed at, and what is still accepted. */
  readonly limits?: Limits
}

export type CaseName = 'small' | 'list' | 'post' | 'tls' | 'http2'

export interface Limits {
  readonly aim: number
  readonly accepted: number
}

export const loadCases: readonly LoadCase[] = [
  {
    name: 'small',
    title: 'small GET',
    method: 'GET',
    path: '/students',
    status: 200,
    limits: { aim: 1.25, accepted: 1.4 },
  },
  {
    name: 'list',
    title: '40 KB answer',
    method: 'GET',
    path: '/list',
    status: 200,
    limits: { aim: 1, accepted: 1 },
  },
  {
    name: 'post',
    title: 'POST of JSON',
    method: 'POST',
    path: '/created',
    status: 201,
    limits: { aim: 1.4, accepted: 1.6 },
  },
  {
    name: 'tls',
    title: 'TLS small GET',
    method: 'GET',
    path: '/students',
    isSecure: true,
    status: 200,
    limits: { aim: 1.2, accepted: 1.35 },
  },
  {
    name: 'http2',
    title: 'HTTP/2 small GET',
    method: 'GET',
    path: '/students',
    isSecure: true,
    isHttp2: true,
    status: 200,
  },
]

/**
 * The headers that Proctor sends with each request. Its trace ids are new with each; a peer, unless it can do the
 * same, sends these constant ones of the same bytes.
 */
export const requestHeaders: readonly (readonly [name: string, value: string])[] = [
  ['Accept', '*/*'],
  ['User-Agent', 'proctor/0.1.0'],
  ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-02'],
  ['X-Request-Id', '0af7651916cd43dd8448eb211c80319c'],
]

/** What is posted. Clients that run a script build it anew for each request, with a number of four digits. */
export const postedStudent = JSON.stringify({
  name: 'Test User 1234',
  domain: 'Engineering',
  gpa: 8.25,
  email: 'testuser1234@example.com',
})

/** Headers of this case, with that of the body. */
export function headersOf({ method }: LoadCase): [string, string][] {
  const own = requestHeaders.map(([name, value]): [string, string] => [name, value])
  return method === 'POST' ? [...own, ['Content-Type', 'application/json']] : own
}
