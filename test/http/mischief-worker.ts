import { search } from '../../src/query/search/search.ts'
import type { SearchRequest } from '../../src/query/search/contract.ts'
import type { JobSink, WorkContext } from '../../src/query/work/contract.ts'
import { jobTable } from '../../src/query/work/jobs.ts'
import { serveJobs } from '../../src/query/work/serve-jobs.ts'

/* The real query thread, but for searches of one word that is an order to misbehave. */

async function mischief(
  context: WorkContext,
  request: SearchRequest,
  sink: JobSink,
): Promise<void> {
  const { query } = request.selection
  switch (query.type === 'text' ? query.test.how === 'word' && query.test.text : '') {
    case 'die':
      setImmediate(() => {
        throw new Error('as if by a bug')
      })
      return new Promise(() => {})
    case 'fail':
      throw new TypeError('as if by a bug')
    case 'hang':
      for (const end = performance.now() + 60_000; performance.now() < end;);
      return
    case 'loop':
      for (;;) await context.meter.turn()
    case 'flow':
      for (;;) {
        await sink.write(new Uint8Array(65_536).fill(0x61))
        await context.meter.turn()
      }
    case 'break':
      await sink.write(new Uint8Array(65_536).fill(0x61))
      throw new TypeError('as if by a bug, later')
    default:
      return search(context, request, sink)
  }
}

serveJobs({ jobs: jobTable.jobs, streams: { ...jobTable.streams, search: mischief } })
