import type { Fault } from '../fault.ts'

/**
 * The proxy keeps so much of an answer in memory and would put the rest on its disk, where it may not write: longer answers are cut
 * there, in the middle of a row, though their head promised all of it. How long an answer is follows from how many rows were asked
 * for.
 */
export const cutAnswer: Fault = {
  truth: ['bad-body', 'invalid-input'],
  place(random) {
    const keptBytes = random.pick([32_768, 36_864, 65_536])
    const rowBytes = Math.floor(keptBytes / random.integer(120, 200))
    const size = random.pick(['limit', 'per_page', 'pageSize'])
    const server = random.pick(['nginx', 'nginx/1.24.0 (Ubuntu)', 'openresty'])
    const rows = Array.from({ length: 250 }, (_, index) => {
      const note = ''.padEnd(rowBytes - random.integer(20, 60), 'lorem ipsum ')
      return JSON.stringify({ id: index + 1, name: `Thing ${index + 1}`, note })
    })
    return {
      tasks: {
        list: `({ http, random }) => http.get('/things', { name: '/things', query: { ${size}: random.integer(1, ${rows.length}) } })`,
      },
      misbehave({ method, path, query }) {
        if (method !== 'GET' || path !== '/things') return undefined
        const body = `[${rows.slice(0, Number(query.get(size))).join(',')}]`
        const headers = { server, 'content-type': 'application/json', 'content-length': String(body.length) }
        return body.length > keptBytes
          ? { body: body.slice(0, keptBytes), headers: { ...headers, connection: 'close' }, afterMs: 2 }
          : { body, headers, afterMs: 2 }
      },
    }
  },
}
