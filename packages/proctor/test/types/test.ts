import { defineArguments, defineTest, defineUser } from 'proctor'

/** What the compiler has to accept, and what not: `npm run types` checks it, nothing runs it. */

const args = defineArguments({
  tenant: { type: 'string', default: 'a' },
  size: { type: 'number', default: 20 },
  verbose: { type: 'boolean', default: false },
})

export const test = defineTest({
  onStart: async ({ http }) => ({ id: (await http.get('/')).json<number>() }),
  onStop: ({ data }) => data.id.toFixed(2),
})

export const Reader = defineUser({
  tasks: {
    read: ({ http }) =>
      http.get(`/${args.tenant.toUpperCase()}/${args.size.toFixed()}/${test.data.id.toFixed()}`),
    // @ts-expect-error no such argument
    unknown: () => args.tenat,
    // @ts-expect-error the data has no name
    name: () => test.data.name,
    // @ts-expect-error a number is no text
    text: () => args.size.toUpperCase(),
    // @ts-expect-error what was given is not to be changed
    change: () => (args.size = 5),
  },
})

// @ts-expect-error the default has another type
defineArguments({ size: { type: 'number', default: '20' } })
