import type { CatalogueAnswer, CatalogueRequest } from './catalogue/contract.ts'
import type { ContextRequest } from './context/contract.ts'
import type { AnswerEncoding, QueryService, QueryState, StreamedAnswer } from './contract.ts'
import type { FieldsAnswer, FieldsRequest } from './fields/contract.ts'
import { readable } from './readable.ts'
import type { SearchRequest } from './search/contract.ts'
import type { StatsTableRequest } from './table/stats-table.ts'
import type { ValuesTableRequest } from './table/values-table.ts'
import type { AnswerHead } from './work/job-sink.ts'
import type { RequestOf, StreamJobName } from './work/job-table.ts'
import type { Jobs } from './work/jobs.ts'
import { QueryPool, type QueryPoolOptions } from './work/query-pool.ts'

export interface QueryServiceOptions extends Omit<QueryPoolOptions, 'script'> {
  /** The threads' script; tests give others. */
  readonly script?: URL
}

/** The questions over a book, answered by threads of their own that are started by the first. */
export function makeQueryService(options: QueryServiceOptions): QueryService {
  const script = options.script ?? new URL('./work/query-worker.ts', import.meta.url)
  return new PooledQueryService({ ...options, script })
}

class PooledQueryService implements QueryService {
  readonly #pool: QueryPool<Jobs>

  constructor(options: QueryPoolOptions) {
    this.#pool = new QueryPool<Jobs>(options)
  }

  search(request: SearchRequest, signal: AbortSignal): Promise<StreamedAnswer> {
    return this.#stream('search', request, signal)
  }

  context(request: ContextRequest, signal: AbortSignal): Promise<StreamedAnswer> {
    return this.#stream('context', request, signal)
  }

  stats(request: StatsTableRequest, signal: AbortSignal): Promise<StreamedAnswer> {
    return this.#stream('stats', request, signal)
  }

  values(request: ValuesTableRequest, signal: AbortSignal): Promise<StreamedAnswer> {
    return this.#stream('values', request, signal)
  }

  fields(request: FieldsRequest, signal: AbortSignal): Promise<FieldsAnswer> {
    return this.#pool.ask('fields', request, signal)
  }

  catalogue(request: CatalogueRequest, signal: AbortSignal): Promise<CatalogueAnswer> {
    return this.#pool.ask('catalogue', request, signal)
  }

  begin(): void {
    this.#pool.begin()
  }

  state(): QueryState {
    const { underWay, waiting, threadsReplaced } = this.#pool
    return { underWay, waiting, threadsReplaced }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]()
  }

  async #stream<N extends StreamJobName<Jobs>>(
    job: N,
    request: RequestOf<Jobs['streams'][N]> & { readonly encoding: AnswerEncoding },
    signal: AbortSignal,
  ): Promise<StreamedAnswer> {
    const { encoding } = request
    const stream = await this.#pool.stream(job, request, { encoding, signal })
    const head = stream.first.head as AnswerHead | null // A codec: job-sink.ts sends no other.
    return { body: readable(stream), next: head?.next ?? null }
  }
}
