import type { Refusal } from '../decode/contract.ts'
import { formatMinute } from '../event/time.ts'

export interface AnswerParts {
  readonly accepted: number
  readonly rejectedCount: number
  readonly rejected: readonly Refusal[]
  readonly minute: number
  readonly sequence: number
}

/** Writes the JSON text of a 202. What all answers of a minute share is made once. */
export class AnswerWriter {
  #minute = Number.NaN
  /** The path of the page of the last answer's minute. */
  #page = ''
  #shared = ''

  /** The path of a minute's page. */
  page(minute: number): string {
    if (minute !== this.#minute) this.#turn(minute)
    return this.#page
  }

  /** `duplicate` is where `asDuplicate` finds it: before anything that a client has written. */
  text({ accepted, rejectedCount, rejected, minute, sequence }: AnswerParts): string {
    if (minute !== this.#minute) this.#turn(minute)
    // Fast path: nothing was refused.
    const list = rejectedCount === 0 ? '[]' : JSON.stringify(rejected)
    return `{"accepted":${accepted}${this.#shared}${batchId(sequence)}","rejectedCount":${rejectedCount},"rejected":${list}}`
  }

  #turn(minute: number): void {
    const name = formatMinute(minute)
    this.#minute = minute
    this.#page = `/api/v1/eventqry/minutes/${name}`
    this.#shared = `,"duplicate":false,"minute":"${name}","page":"${this.#page}","batch":"`
  }
}

/** The answer to the same batch when it comes again. */
export function asDuplicate(answer: string): string {
  return answer.replace('"duplicate":false', '"duplicate":true')
}

/** The answer to numbers of a producer that have all come before: where they are is not kept. */
export function duplicateAnswer(events: number): string {
  return `{"accepted":${events},"duplicate":true,"minute":null,"page":null,"batch":null,"rejectedCount":0,"rejected":[]}`
}

/** A batch's number in the order of all batches, as 16 hex digits. */
export function batchId(sequence: number): string {
  return sequence.toString(16).padStart(16, '0')
}
