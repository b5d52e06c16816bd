import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { ConnectionMetrics } from './connection-metrics.ts'
import { CountedHistogram } from './counted-histogram.ts'
import { PrincipalMetrics } from './principal-metrics.ts'
import { registerProducerMetrics } from './producer-metrics.ts'
import { QueryMetrics } from './query-metrics.ts'
import { latencyBoundsMs, Traffic } from './traffic.ts'
import type { ProducerTotals } from '../../book/producer-table.ts'
import type { QueryState } from '../../query/contract.ts'

/** What is only looked at when someone scrapes. */
export interface MetricSources {
  /** Events of the minutes that have not closed. */
  readonly openEvents: () => number
  readonly ringBytes: () => number
  readonly ringSlots: () => number
  readonly ringBlocks: () => number
  readonly bodyBytes: () => number
  readonly journalSegments: () => number
  readonly journalBytes: () => number
  readonly journalFailedGroups: () => number
  readonly diskFreeBytes: () => number
  readonly clockSteps: () => number
  readonly clockAheadMs: () => number
  readonly closedThrough: () => number | null
  readonly tails: () => number
  readonly tailMissedEvents: () => number
  readonly queries: () => QueryState
  readonly producers: () => ProducerTotals
  readonly pages: () => Promise<{ pages: number; events: number; bytesOnDisk: number }>
}

const commitBuckets = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5]

/**
 * The server's instruments. What is counted for every batch is a plain number here; Prometheus' objects
 * are filled when /metrics is asked for.
 */
export class Metrics {
  readonly registry = new Registry()
  readonly sources: MetricSources
  readonly traffic = new Traffic()
  readonly queries: QueryMetrics
  batches = 0
  events = 0
  decodedBytes = 0
  readonly refusals = new Map<string, number>()
  readonly turnedAway = new Map<string, number>()
  readonly principals = new PrincipalMetrics(this.registry)
  readonly connections = new ConnectionMetrics(this.registry)
  lastCloseMs = 0
  closedMinutes = 0
  droppedPages = 0
  redactedDays = 0
  redactedEvents = 0
  damagedPages = 0
  setAside = 0
  readonly #commit = new Histogram({
    name: 'minutebook_journal_commit_seconds',
    help: 'Write and sync of one group of batches.',
    buckets: commitBuckets,
    registers: [this.registry],
  })

  constructor(sources: MetricSources) {
    this.sources = sources
    collectDefaultMetrics({ register: this.registry, prefix: 'minutebook_' })
    this.#counter('batches_total', 'Batches acknowledged.', () => this.batches)
    this.#counter('events_total', 'Events acknowledged.', () => this.events)
    this.#counter('decoded_bytes_total', 'Bytes of acknowledged bodies, decompressed.', () => {
      return this.decodedBytes
    })
    this.#counter(
      'closed_minutes_total',
      'Minutes closed since the start.',
      () => this.closedMinutes,
    )
    this.#counter('dropped_pages_total', 'Pages dropped since the start.', () => this.droppedPages)
    this.#counter(
      'redacted_days_total',
      'Days built anew without some events since the start.',
      () => this.redactedDays,
    )
    this.#counter(
      'redacted_events_total',
      'Events removed from pages since the start.',
      () => this.redactedEvents,
    )
    this.#counter(
      'damaged_pages_total',
      'Answers that met a damaged page.',
      () => this.damagedPages,
    )
    this.#counter('set_aside_total', 'Frames and days set aside since the start.', () => {
      return this.setAside
    })
    this.#counter('clock_steps_total', 'Steps of the wall clock.', sources.clockSteps)
    this.#counter('journal_failed_groups_total', 'Groups that could not be made durable.', () => {
      return sources.journalFailedGroups()
    })
    this.#gauge(
      'last_close_seconds',
      'How long the last closing took.',
      () => this.lastCloseMs / 1e3,
    )
    this.#ring(sources)
    this.#tails(sources)
    this.#gauge('disk_free_bytes', 'Free space of the data directory.', sources.diskFreeBytes)
    this.#gauge('clock_ahead_seconds', 'How far the server is ahead of the wall clock.', () => {
      return sources.clockAheadMs() / 1e3
    })
    this.#gauge('closed_through_timestamp_seconds', 'Start of the newest closed minute.', () => {
      return (sources.closedThrough() ?? 0) * 60
    })
    this.queries = new QueryMetrics(this.registry, sources.queries)
    registerProducerMetrics(this.registry, sources.producers)
    this.#byCode(
      'refused_events_total',
      'Events refused, by code; of one batch at most the first 1,000.',
      this.refusals,
    )
    this.#byCode(
      'turned_away_requests_total',
      'Requests that were not admitted, by code.',
      this.turnedAway,
    )
    this.#requests()
    this.#book(sources)
  }

  #ring(sources: MetricSources): void {
    this.#gauge('ring_bytes', 'Memory of blocks that are not in the book yet.', sources.ringBytes)
    this.#gauge('ring_slots', 'Minutes open or closing.', sources.ringSlots)
    this.#gauge('ring_blocks', 'Blocks open or on their way to the book.', sources.ringBlocks)
    this.#gauge('in_flight_bytes', 'Bytes of bodies being taken in.', sources.bodyBytes)
    this.#gauge('journal_segments', 'Segment files.', sources.journalSegments)
    this.#gauge(
      'journal_bytes',
      'Bytes written to the journal since the start.',
      sources.journalBytes,
    )
  }

  #tails(sources: MetricSources): void {
    this.#gauge('tails', 'Live tails that are connected.', sources.tails)
    this.#counter(
      'tail_missed_events_total',
      'Events that tails were told they had missed.',
      () => {
        return sources.tailMissedEvents()
      },
    )
  }

  /** A request was not admitted. */
  turnAway(code: string): void {
    this.turnedAway.set(code, (this.turnedAway.get(code) ?? 0) + 1)
  }

  redacted({ days, events }: { readonly days: readonly string[]; readonly events: number }): void {
    this.redactedDays += days.length
    this.redactedEvents += events
  }

  commit(ms: number): void {
    this.#commit.observe(ms / 1e3)
  }

  refused(listed: readonly { readonly code: string }[]): void {
    for (const { code } of listed) this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1)
  }

  /** The Prometheus text format. */
  text(): Promise<string> {
    return this.registry.metrics()
  }

  #counter(name: string, help: string, value: () => number): void {
    new Counter({
      name: `minutebook_${name}`,
      help,
      registers: [this.registry],
      collect() {
        this.reset()
        this.inc(value())
      },
    })
  }

  #gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name: `minutebook_${name}`,
      help,
      registers: [this.registry],
      collect() {
        this.set(value())
      },
    })
  }

  #byCode(name: string, help: string, counts: ReadonlyMap<string, number>): void {
    new Counter({
      name: `minutebook_${name}`,
      help,
      labelNames: ['code'],
      registers: [this.registry],
      collect() {
        this.reset()
        for (const [code, count] of counts) this.inc({ code }, count)
      },
    })
  }

  #requests(): void {
    const { traffic, registry } = this
    this.#counter('request_bytes_total', 'Bytes of bodies as received.', () => traffic.requestBytes)
    this.#counter(
      'response_bytes_total',
      'Bytes of answers: acknowledgements, documents, pages.',
      () => {
        return traffic.responseBytes
      },
    )
    new CountedHistogram({
      name: 'minutebook_post_seconds',
      help: 'From the head of a POST of events to its answer, durable.',
      registry,
      bounds: latencyBoundsMs.map((ms) => ms / 1e3),
      counts: traffic.postCounts,
      sumSeconds: () => traffic.postSumMs / 1e3,
    })
    new Counter({
      name: 'minutebook_answers_total',
      help: 'Answers of every route, by status.',
      labelNames: ['status'],
      registers: [registry],
      collect() {
        this.reset()
        for (const [status, count] of traffic.answers) this.inc({ status }, count)
      },
    })
  }

  #book(sources: MetricSources): void {
    const pages = new Gauge({ name: 'minutebook_pages', help: 'Pages in the book.', registers: [] })
    const bytes = new Gauge({
      name: 'minutebook_book_bytes',
      help: 'Bytes of the book.',
      registers: [],
    })
    this.registry.registerMetric(bytes)
    this.registry.registerMetric(pages)
    this.registry.registerMetric(
      new Gauge({
        name: 'minutebook_book_events',
        help: 'Events on pages.',
        registers: [],
        async collect() {
          const found = await sources.pages()
          this.set(found.events)
          pages.set(found.pages)
          bytes.set(found.bytesOnDisk)
        },
      }),
    )
  }
}
