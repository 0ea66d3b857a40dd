import { TRANSPORT_ERRORS } from '../http/transport-error.ts'

/** The code in the signature of a request that got no whole answer; `undefined` where one came. */
export function transportCode(signature: string): string | undefined {
  const [, code] = /^([a-z\d-]+):/.exec(signature) ?? []
  return code !== undefined && code in TRANSPORT_ERRORS ? code : undefined
}
