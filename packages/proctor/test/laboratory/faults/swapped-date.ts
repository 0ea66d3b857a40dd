import type { Fault } from '../fault.ts'

const REFUSALS = [
  [
    400,
    'application/problem+json; charset=utf-8',
    '{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"Bad Request","status":400}',
  ],
  [400, 'text/plain; charset=utf-8', 'invalid request body\n'],
  [422, 'application/json', '{"status":422,"error":"Unprocessable Content"}'],
  [500, 'application/json', '{"message":"Server Error"}'],
  [
    500,
    'text/html; charset=utf-8',
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>Internal Server Error</pre>\n</body>\n</html>\n',
  ],
] as const

/**
 * The service reads dates with the month first. Some forms are filled in with the day first: up to the twelfth nobody notices (the
 * wrong date is stored), later days are months that do not exist.
 */
export const swappedDate: Fault = {
  truth: ['invalid-input'],
  place(random) {
    const [field, fromYear, toYear] = random.pick([
      ['startsOn', 2026, 2027],
      ['due_date', 2026, 2028],
      ['dateOfBirth', 1948, 2007],
    ] as const)
    const separator = random.pick(['/', '-', '.'])
    const dayFirst = random.float(0.15, 0.5)
    const [status, type, body] = random.pick(REFUSALS)
    const refusal = { status, body, headers: { 'content-type': type }, afterMs: 1 }
    return {
      tasks: {
        create: `({ http, random }) => {
          const two = (number) => String(number).padStart(2, '0')
          const [day, month] = [two(random.integer(1, 28)), two(random.integer(1, 12))]
          const date = [...(random.chance(${dayFirst}) ? [day, month] : [month, day]), random.integer(${fromYear}, ${toYear})]
          return http.post('/things', { json: {
            name: 'Thing ' + random.integer(1, 1e9), age: random.integer(18, 90), ${field}: date.join('${separator}') } })
        }`,
      },
      misbehave: ({ body: { [field]: date } }) => (parseInt(String(date)) > 12 ? refusal : undefined),
    }
  },
}
