import { asObject, type JsonObject } from './json-object.ts'
import type { ClockedServer } from './clocked-server.ts'

export interface JsonAnswer {
  readonly status: number
  readonly body: JsonObject
  readonly headers: Headers
}

/** Asks a server as somebody, and reads the JSON of the answers. */
export class JsonClient {
  readonly #server: ClockedServer
  readonly #headers: Readonly<Record<string, string>>

  constructor(server: ClockedServer, headers: Readonly<Record<string, string>> = {}) {
    this.#server = server
    this.#headers = headers
  }

  get(path: string): Promise<JsonAnswer> {
    return this.#ask('GET', path)
  }

  post(path: string, body?: object): Promise<JsonAnswer> {
    return this.#ask('POST', path, body)
  }

  delete(path: string): Promise<JsonAnswer> {
    return this.#ask('DELETE', path)
  }

  async #ask(method: string, path: string, body?: object): Promise<JsonAnswer> {
    const response = await this.#server.ask(path, {
      method,
      headers: { ...this.#headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer = asObject(await response.json())
    return { status: response.status, body: answer, headers: response.headers }
  }
}
