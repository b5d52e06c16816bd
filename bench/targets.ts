/** A promise of speed or size, and where its figure is found among the results. */
export interface Target {
  readonly bench: string
  /** The name of the result begins so. */
  readonly name: string
  readonly figure: string
  readonly bound: 'at most' | 'at least'
  readonly value: number
  /** What the figure means, as the report words it. */
  readonly says: string
  /** The best of the peers measured on such a machine; '' when none was. */
  readonly peers: string
}

const json = 'json, batches of 5,000'
const msgpack = 'msgpack, batches of 5,000'
const peak = '500 events/s'
const single = 'one event a POST'
const onBun = 'log.info with 4 fields, Bun'
const onNode = 'log.info with 4 fields, Node.js'
const app = 'the app in Chromium'
const live = '4,000,000 events, live'
const half = 'batches at half of full speed'

/** One row each: bench, name, figure, bound, value, words, peers. */
type Row = readonly [string, string, string, 'at most' | 'at least', number, string, string]

/**
 * A question of bench/query.ts: milliseconds when asked again, and after a start with nothing in the page cache
 * (3 times as many, or 50), and the peers'.
 */
const asked: readonly (readonly [string, number, number, string])[] = [
  ['all events of one minute, NDJSON', 60, 180, '118'],
  ['errors of one facility, one hour', 8, 50, '11'],
  ['count by level per minute', 5, 50, '64'],
  ['exact request_id', 4, 50, '4.5'],
  ['substring of a request_id, over tokens', 40, 120, '37-50'],
  ['substring of a request_id, inside one', 40, 120, '134'],
  ['top 10 event strings', 3, 50, '29'],
  ['one user_id, NDJSON', 25, 75, '104-122'],
  ['p99 of duration_ms by facility', 100, 300, '616'],
  ['newest 100', 5, 50, '91'],
]

function answerRows(
  question: string,
  [warmMs, coldMs]: readonly [number, number],
  peers: string,
): readonly Row[] {
  const [warm, cold] = [`${question}, ms`, `${question}, cold ms`]
  return [
    ['query', live, warm, 'at most', warmMs, warm, peers],
    ['query', live, cold, 'at most', coldMs, cold, ''],
  ]
}

const rows: readonly Row[] = [
  ['ingest', json, 'cpuSecondsPerMillion', 'at most', 2, 'JSON batches, CPU-s per million', '8.0'],
  ['ingest', json, 'eventsPerSecond', 'at least', 600_000, 'JSON batches, events/s', '227,000'],
  ['ingest', json, 'bytesPerEvent', 'at most', 32, 'on disk, B an event', '48.4'],
  ['ingest', msgpack, 'cpuSecondsPerMillion', 'at most', 1.5, 'msgpack batches, CPU-s/M', '4.9'],
  [
    'ingest',
    msgpack,
    'eventsPerSecond',
    'at least',
    900_000,
    'msgpack batches, events/s',
    '342,000',
  ],
  ['ingest', `${json}, sustained`, 'peakRssMB', 'at most', 400, 'sustained, RSS MB', '425'],
  ['single', single, 'eventsPerSecond', 'at least', 40_000, 'single events, events/s', '12,000'],
  ['single', single, 'cpuSecondsPerMillion', 'at most', 30, 'single events, CPU-s/M', '104'],
  ['peak', peak, 'ackP50Ms', 'at most', 1, 'peak of 500/s, ack p50 ms', ''],
  ['peak', peak, 'ackP99Ms', 'at most', 5, 'peak of 500/s, ack p99 ms', ''],
  ['peak', peak, 'ackP999Ms', 'at most', 20, 'peak of 500/s, ack p99.9 ms', ''],
  [
    'peak',
    peak,
    'shareOfOneCorePercent',
    'at most',
    12,
    'peak of 500/s, % of a core',
    '17.5 at 370/s',
  ],
  ['peak', peak, 'peakRssMB', 'at most', 150, 'peak of 500/s, RSS MB', ''],
  [
    'decode',
    'json / JSON.parse from the bytes',
    'ratio',
    'at most',
    0.45,
    'JSON decoding over JSON.parse',
    '',
  ],
  ['sparse', 'one event a minute', 'bytesPerPage', 'at most', 1024, 'a page of one event, B', ''],
  [
    'sparse',
    'one event a minute',
    'readAllS',
    'at most',
    1,
    '30 days of one event a minute, read in s',
    '',
  ],
  [
    'recovery',
    '',
    'replaySecondsPerMillion',
    'at most',
    2,
    'replay of 1,000,000 journaled events, s',
    '',
  ],
  ...asked.flatMap(([question, warmMs, coldMs, peers]) =>
    answerRows(question, [warmMs, coldMs], peers),
  ),
  [
    'apart',
    half,
    'keptSpeedPercent',
    'at least',
    99,
    'half of full speed beside queries, % kept',
    '',
  ],
  ['apart', half, 'ackP99Ms', 'at most', 50, 'half of full speed beside queries, ack p99 ms', ''],
  ['apart', peak, 'ackP50Ms', 'at most', 1, '500/s beside queries, ack p50 ms', ''],
  ['apart', peak, 'ackP99Ms', 'at most', 5, '500/s beside queries, ack p99 ms', ''],
  ['apart', peak, 'ackP999Ms', 'at most', 20, '500/s beside queries, ack p99.9 ms', ''],
  ['client', onBun, 'directNs', 'at most', 1_500, 'log.info, direct mode, Bun, ns', ''],
  ['client', onBun, 'spoolNs', 'at most', 2_500, 'log.info, spool mode, Bun, ns', ''],
  ['client', onBun, 'disabledNs', 'at most', 5, 'log.info, level off, Bun, ns', ''],
  ['client', onNode, 'directNs', 'at most', 1_500, 'log.info, direct mode, Node.js, ns', ''],
  ['client', onNode, 'spoolNs', 'at most', 2_500, 'log.info, spool mode, Node.js, ns', ''],
  ['client', onNode, 'disabledNs', 'at most', 5, 'log.info, level off, Node.js, ns', ''],
  ['auth', 'ways', 'hmac: batches, % more CPU', 'at most', 10, 'HMAC batches, % more CPU', ''],
  ['auth', 'ways', 'token: batches, % more CPU', 'at most', 10, 'token batches, % more CPU', ''],
  ['auth', 'ways', 'tls: batches, % more CPU', 'at most', 30, 'TLS batches, % more CPU', ''],
  ['web', app, 'firstPaintMs', 'at most', 300, 'web app, first paint, ms', ''],
  ['web', app, 'interactiveMs', 'at most', 500, 'web app, usable, ms', ''],
  ['web', app, 'overviewMs', 'at most', 500, 'web app, overview of 4,000,000 events drawn, ms', ''],
  ['web', app, 'facetMs', 'at most', 200, 'web app, a facet click to its events, ms', ''],
  ['web', app, 'framesPerSecond', 'at least', 60, 'web app, scrolling 100,000 rows, frames/s', ''],
  ['ingest', json, 'readyMs', 'at most', 200, 'ready on an empty directory, ms', '44'],
]

export const targets: readonly Target[] = rows.map(
  ([bench, name, figure, bound, value, says, peers]) => ({
    bench,
    name,
    figure,
    bound,
    value,
    says,
    peers,
  }),
)
