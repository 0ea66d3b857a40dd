import { between, defineUser, leave, type TaskSet } from 'proctor'

/** What the compiler has to accept, and what not: `npm run types` checks it, nothing runs it. */

/** A set that stands alone goes with users of any state. */
const forum: TaskSet = { tasks: { read: ({ http }) => http.get('/forum'), leave } }

export const Buyer = defineUser({
  waitTime: between(1, 2),
  state: () => ({ basket: [] as string[] }),
  tasks: {
    forum,
    home: ({ state }) => state.basket.push('tea'),
    shop: {
      onStart: ({ state }) => state.basket.push('tea'),
      tasks: {
        pay: ({ state }) => state.basket.at(0)?.toUpperCase(),
        // @ts-expect-error the state has no purse
        steal: ({ state }) => state.purse,
        inner: { sequence: { look: ({ state }) => state.basket.length } },
        leave,
      },
    },
    wander: {
      tasks: { browse: ({ state }) => state.basket.length, cart: ({ http }) => http.get('/cart') },
      next: { browse: { cart: 0.5, leave: 0.5 }, cart: { leave: 1 } },
    },
  },
})

defineUser({
  tasks: {
    wander: {
      tasks: { browse: ({ http }) => http.get('/'), cart: ({ http }) => http.get('/cart') },
      // @ts-expect-error nothing follows cart
      next: { browse: { cart: 0.5, leave: 0.5 } },
    },
  },
})

defineUser({
  tasks: {
    inner: {
      sequence: {
        wander: {
          tasks: { browse: ({ http }) => http.get('/'), cart: ({ http }) => http.get('/cart') },
          // @ts-expect-error no task of that name
          next: { browse: { cat: 1 }, cart: { leave: 1 } },
        },
      },
    },
  },
})

/** Of another state than its user's. */
const purse: TaskSet<{ coins: number }> = { tasks: { count: ({ state }) => state.coins } }

// @ts-expect-error its state has no coins
defineUser({ state: () => ({ basket: [] }), tasks: { purse } })
