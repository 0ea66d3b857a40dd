import { constantPacing, defineUser, type WebSocketSession } from 'proctor'

/** One WebSocket each, opened once; a message a second. */
export const Talker = defineUser({
  waitTime: constantPacing(1),
  state: (): { socket?: WebSocketSession } => ({}),
  async onStart({ http, state }) {
    state.socket = await http.webSocket('/echo')
  },
  tasks: {
    async talk({ state, id, random }) {
      const message = `${id} ${random.integer(0, 1e9)}`
      const echo = await state.socket!.ask(message, { name: 'echo' })
      if (echo.text() !== message) throw new Error(`sent ${message}, got ${echo.text()}`)
    },
  },
})
