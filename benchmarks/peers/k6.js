import { check } from 'k6'
import http from 'k6/http'

export const options = { thresholds: { checks: ['rate==1'] }, summaryTrendStats: ['med', 'p(99)'] }

const target = __ENV.TARGET
const headers = {
  Accept: '*/*',
  'User-Agent': 'proctor/0.1.0',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-02',
  'X-Request-Id': '0af7651916cd43dd8448eb211c80319c',
}

const cases = {
  small: () => check(http.get(`${target}/students`, { headers }), { 200: ({ status }) => status === 200 }),
  list: () => check(http.get(`${target}/list`, { headers }), { 200: ({ status }) => status === 200 }),
  post() {
    const number = 1000 + Math.floor(Math.random() * 9000)
    const student = {
      name: `Test User ${number}`,
      domain: 'Engineering',
      gpa: 8.25,
      email: `testuser${number}@example.com`,
    }
    const withType = { ...headers, 'Content-Type': 'application/json' }
    const response = http.post(`${target}/created`, JSON.stringify(student), { headers: withType })
    check(response, { 201: ({ status }) => status === 201 })
  },
}

export default cases[__ENV.CASE]
