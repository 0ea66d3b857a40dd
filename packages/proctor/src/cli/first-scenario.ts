/** What `proctor init` writes. It asks for nothing but `/`, which every service answers. */
export const FIRST_SCENARIO = `import { between, defineUser } from 'proctor'

/** Somebody who uses the service. Every exported user class takes part in a run. */
export const Visitor = defineUser({
  // seconds between two tasks
  waitTime: between(1, 2),
  tasks: {
    home: ({ http }) => http.get('/'),
    // three times as often as home; what \`check\` does not like fails the request, for the reason it gives
    quickly: {
      weight: 3,
      run: ({ http }) =>
        http.get('/', {
          name: '/ (quickly)',
          check: ({ durationMs }) => durationMs < 500 || 'took half a second or more',
        }),
    },
  },
})

/** What has to hold: where it does not, the exit code is 1. */
export const thresholds = ['failures<1%', 'p95<300ms']
`
