import type { AppDependencies } from '../dependencies.ts'
import { schemas } from '../docs/schemas.ts'
import { requireUnbound } from '../eventqry/selection-parameters.ts'
import type { Operation, OperationAnswer } from '../operation.ts'

const uncached = { 'cache-control': 'no-store' }

const common = { method: 'GET', tag: 'operations', pathParameters: [], query: [] } as const

/** Health and metrics, for those who run the server. */
export function opsOperations(dependencies: AppDependencies): readonly Operation[] {
  return [liveOperation(dependencies), readyOperation(dependencies), metricsOperation(dependencies)]
}

function liveOperation({ version }: AppDependencies): Operation {
  const live = { live: true, version: '0.1.0' }
  return {
    ...common,
    path: '/health/live',
    operationId: 'getLive',
    summary: 'Whether the process answers',
    description: 'For a supervisor: anything but 200 means that the process should be restarted.',
    answers: [
      {
        status: 200,
        description: 'It does.',
        content: { 'application/json': { schema: schemas.ref('Live'), example: live } },
      },
    ],
    problems: [],
    handle: () => Response.json({ live: true, version }, { headers: uncached }),
  }
}

const readyContent = (example: unknown): OperationAnswer['content'] => ({
  'application/json': { schema: schemas.ref('Ready'), example },
})

function readyOperation({ unready }: AppDependencies): Operation {
  return {
    ...common,
    path: '/health/ready',
    operationId: 'getReady',
    summary: 'Whether batches are taken',
    description: 'For a load balancer: 503 names the reasons, such as disk-full.',
    answers: [
      {
        status: 200,
        description: 'They are.',
        content: readyContent({ ready: true, reasons: [] }),
      },
      {
        status: 503,
        description: 'Not at the moment.',
        content: readyContent({ ready: false, reasons: ['disk-full'] }),
      },
    ],
    problems: [],
    handle: () => {
      const reasons = unready()
      const ready = reasons.length === 0
      return Response.json({ ready, reasons }, { status: ready ? 200 : 503, headers: uncached })
    },
  }
}

function metricsOperation({ metrics }: AppDependencies): Operation {
  const example = '# TYPE minutebook_events_total counter\nminutebook_events_total 22156\n'
  return {
    ...common,
    path: '/metrics',
    operationId: 'getMetrics',
    summary: 'Metrics for Prometheus',
    description: 'Counters, gauges and histograms in the Prometheus text format.',
    answers: [
      {
        status: 200,
        description: 'The metrics.',
        content: { 'text/plain': { schema: { type: 'string' }, example } },
      },
    ],
    problems: [],
    handle: async ({ admitted }) => {
      requireUnbound(admitted)
      const headers = { ...uncached, 'content-type': metrics.registry.contentType }
      return new Response(await metrics.text(), { headers })
    },
  }
}
