import type { AppDependencies } from '../dependencies.ts'
import type { Operation } from '../operation.ts'

const uncached = { 'cache-control': 'no-store' }
const text = { schema: { type: 'string' } } as const

/** Health and metrics, for those who run the server. */
export function opsOperations(dependencies: AppDependencies): readonly Operation[] {
  const common = { method: 'GET', tag: 'operations', pathParameters: [], query: [] } as const
  return [
    {
      ...common,
      path: '/health/live',
      operationId: 'getLive',
      summary: 'Whether the process answers',
      description: 'For a supervisor: anything but 200 means that the process should be restarted.',
      answers: [
        {
          status: 200,
          description: 'It does.',
          content: {
            'application/json': {
              schema: { type: 'object' },
              example: { live: true, version: '0.1.0' },
            },
          },
        },
      ],
      problems: ['unknown-parameter'],
      handle: () =>
        Response.json({ live: true, version: dependencies.version }, { headers: uncached }),
    },
    {
      ...common,
      path: '/health/ready',
      operationId: 'getReady',
      summary: 'Whether batches are taken',
      description: 'For a load balancer: 503 names the reasons, such as disk-full.',
      answers: [
        {
          status: 200,
          description: 'They are.',
          content: {
            'application/json': {
              schema: { type: 'object' },
              example: { ready: true, reasons: [] },
            },
          },
        },
        {
          status: 503,
          description: 'Not at the moment.',
          content: {
            'application/json': {
              schema: { type: 'object' },
              example: { ready: false, reasons: ['disk-full'] },
            },
          },
        },
      ],
      problems: ['unknown-parameter'],
      handle: () => {
        const reasons = dependencies.unready()
        const ready = reasons.length === 0
        return Response.json({ ready, reasons }, { status: ready ? 200 : 503, headers: uncached })
      },
    },
    {
      ...common,
      path: '/metrics',
      operationId: 'getMetrics',
      summary: 'Metrics for Prometheus',
      description: 'Counters, gauges and histograms in the Prometheus text format.',
      answers: [{ status: 200, description: 'The metrics.', content: { 'text/plain': text } }],
      problems: ['unknown-parameter', 'internal'],
      handle: async () => {
        const contentType = dependencies.metrics.registry.contentType
        const headers = { ...uncached, 'content-type': contentType }
        return new Response(await dependencies.metrics.text(), { headers })
      },
    },
  ]
}
