import { constant, defineUser, type Http } from 'proctor'

export const Reader = defineUser({
  waitTime: constant(0),
  tasks: {
    listStudents: { weight: 2, run: ({ http }) => read(http, '/students') },
    getStudent: { weight: 1, run: ({ http }) => read(http, '/students/1') },
  },
})

async function read(http: Http, path: string): Promise<void> {
  const response = await http.get(path)
  if (response.status !== 200) throw new Error(`GET ${path} answered ${response.status}, expected 200`)
}
