import type { AnswerEncoding } from '../contract.ts'
import type { Job, StreamJob } from './contract.ts'

/*
 * What the main side and a query thread agree on: the jobs by name. The main side knows their types alone,
 * and so loads none of their code.
 */

export interface JobTable {
  /** Each job takes another request: the table as such can call none of them. */
  readonly jobs: Readonly<Record<string, Job<never, unknown>>>
  readonly streams: Readonly<Record<string, StreamJob<never>>>
}

export interface JobQuestion {
  readonly job: string
  readonly request: unknown
}

export interface StreamJobQuestion extends JobQuestion {
  readonly encoding: AnswerEncoding
}

export type JobName<T extends JobTable> = keyof T['jobs'] & string
export type StreamJobName<T extends JobTable> = keyof T['streams'] & string

export type RequestOf<J> =
  J extends Job<infer Request, unknown>
    ? Request
    : J extends StreamJob<infer Request>
      ? Request
      : never

export type AnswerOf<J> = J extends Job<never, infer Answer> ? Answer : never
