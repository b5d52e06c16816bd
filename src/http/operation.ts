import type { AnswerFormat } from '../query/contract.ts'
import type { Admitted } from './access.ts'
import type { Connection } from './connection.ts'
import type { Traffic } from './ops/traffic.ts'
import type { ProblemCode } from './problem.ts'
import type { QueryValues } from './query-string.ts'

/** A query parameter of one operation: what is checked, and what the OpenAPI document says. */
export interface QueryParameter {
  readonly name: string
  readonly description: string
  readonly example: unknown
  readonly schema: Readonly<Record<string, unknown>>
  readonly required?: boolean
  /** Swagger UI fills its form with the example although the parameter may be left out. */
  readonly prefilled?: boolean
  /** May be given several times; the values are alternatives. */
  readonly repeatable?: boolean
}

export interface PathParameter {
  readonly name: string
  readonly description: string
  readonly example: string
}

/** One possible answer besides problems. */
export interface OperationAnswer {
  readonly status: number
  readonly description: string
  /** Content type → schema and example. */
  readonly content: Readonly<Record<string, MediaContent>>
  readonly headers?: Readonly<Record<string, string>>
}

export interface MediaContent {
  readonly schema: Readonly<Record<string, unknown>>
  readonly example?: unknown
}

/** One request, its path and query already read. */
export interface Call {
  readonly request: Request
  readonly path: Readonly<Record<string, string>>
  readonly query: QueryValues
  /** The format named by a suffix of the path, which wins over Accept. */
  readonly suffix: AnswerFormat | null
  /** The head alone is wanted: what is costly to make need not be made. */
  readonly isHead: boolean
  readonly connection: Connection
  /** Who asks, and from where. */
  readonly admitted: Admitted
  readonly traffic: Traffic
}

/** One method of one resource: routed, checked and documented from this one record. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** As Elysia writes it: `/api/v1/eventqry/minutes/:minute`. */
  readonly path: string
  readonly operationId: string
  readonly tag: string
  readonly summary: string
  readonly description: string
  readonly pathParameters: readonly PathParameter[]
  readonly query: readonly QueryParameter[]
  readonly headers?: readonly QueryParameter[]
  readonly requestBody?: Readonly<Record<string, unknown>>
  readonly answers: readonly OperationAnswer[]
  readonly problems: readonly ProblemCode[]
  handle(call: Call): Promise<Response> | Response
}
