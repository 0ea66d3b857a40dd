import { constant, defineUser } from 'proctor'

export const Reader = defineUser({
  waitTime: constant(0),
  tasks: {
    async list({ http }) {
      const response = await http.get('/list')
      if (response.status !== 200) throw new Error(`GET /list answered ${response.status}, expected 200`)
    },
  },
})
