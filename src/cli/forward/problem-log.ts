import type { ClientProblem } from '../../client/sink.ts'

/** A problem that lasts is told again after so long. */
const againMs = 60_000

/** Lines of JSON for a supervisor's log. What goes wrong again and again is told once a minute. */
export class ProblemLog {
  readonly #write: (line: string) => void
  readonly #nowMs: () => number
  readonly #told = new Map<
    ClientProblem['code'],
    { readonly detail: string; readonly atMs: number }
  >()

  constructor(write: (line: string) => void, nowMs: () => number) {
    this.#write = write
    this.#nowMs = nowMs
  }

  tell({ code, detail }: ClientProblem): void {
    const last = this.#told.get(code)
    const atMs = this.#nowMs()
    if (last !== undefined && last.detail === detail && atMs - last.atMs < againMs) return
    this.#told.set(code, { detail, atMs })
    this.say(code === 'unreachable' ? 'warn' : 'error', messages[code], { code, detail })
  }

  say(level: 'info' | 'warn' | 'error', msg: string, fields: object): void {
    const time = new Date(this.#nowMs()).toISOString()
    this.#write(`${JSON.stringify({ level, time, msg, ...fields })}\n`)
  }
}

const messages: Readonly<Record<ClientProblem['code'], string>> = {
  unauthorised: 'the server does not take what is sent: nothing is lost, but someone has to look',
  unreachable: 'the server cannot take events now',
  refused: 'the server refused events',
  dropped: 'events were dropped',
  disk: 'the disk does not do as it should',
  corrupt: 'a segment was set aside',
}
