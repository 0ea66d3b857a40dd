import { open, readFile, type FileHandle } from 'node:fs/promises'
import type { Student } from '../src/students/student.ts'

/** Every student answered with 201, on the disk before its client asks for more. */
export class Journal implements AsyncDisposable {
  readonly #path: string
  readonly #file: FileHandle

  private constructor(path: string, file: FileHandle) {
    this.#path = path
    this.#file = file
  }

  static async open(path: string): Promise<Journal> {
    return new Journal(path, await open(path, 'a'))
  }

  async add(student: Student): Promise<void> {
    await this.#file.write(`${JSON.stringify(student)}\n`)
    await this.#file.datasync()
  }

  async read(): Promise<Student[]> {
    const lines = (await readFile(this.#path, 'utf8')).split('\n')
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}
