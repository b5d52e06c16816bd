import type { LevelName } from '../../event/level.ts'

/* The answers of the API as docs/API.md describes them; openapi/openapi.json is their schema. */

export type LevelCounts = Readonly<Partial<Record<LevelName, number>>>

export interface PageEntry {
  readonly minute: string
  readonly events: number
  readonly bytes: number
  readonly digest: string
  /** Of the chain: this page's, and that of the page before. */
  readonly link: string
  readonly previous: string
  readonly levels: LevelCounts
  readonly timestampMin: string
  readonly timestampMax: string
  readonly closedAt: string
  readonly href: string
}

export interface BookIndex {
  readonly closedThrough: string | null
  readonly firstMinute: string | null
  readonly droppedBefore: string | null
  readonly oldest: PageEntry | null
  readonly newest: PageEntry | null
  readonly totals: { readonly events: number; readonly pages: number; readonly bytes: number }
  readonly facilities: readonly { readonly facility: string; readonly events: number }[]
  readonly levels: LevelCounts
  /** Null for a reader who is bound to facilities. */
  readonly days: readonly DayCount[] | null
}

export interface DayCount {
  readonly day: string
  readonly pages: number
  readonly events: number
  readonly bytes: number
}

export interface MinuteList {
  readonly minutes: readonly PageEntry[]
  readonly closedThrough: string | null
  readonly next: string
}

/** `GET /eventqry/now`. */
export interface Now {
  readonly minute: string
  readonly openEvents: number
  readonly accepted: number
  readonly refused: number
  readonly reasons: readonly string[]
  readonly bookBytes: number
  readonly diskFreeBytes: number
  readonly retainDays: number | null
  readonly retainBytes: number | null
  readonly version: string
}

export interface Scanned {
  readonly minutes: number
  readonly blocks: number
  readonly bytes: number
}

/** A value as JSON has it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

export interface StoredEvent {
  readonly id: string
  readonly received?: string
  readonly timestamp?: string
  readonly facility?: string
  readonly level?: LevelName
  readonly event?: string
  readonly additional?: JsonObject
}

export interface SearchAnswer {
  readonly events: readonly StoredEvent[]
  readonly next: string | null
  readonly closedThrough: string | null
  readonly scanned: Scanned
  readonly tookMs: number
}

export interface StatsAnswer {
  readonly from: string
  readonly to: string
  readonly every: string | null
  readonly by: readonly string[]
  readonly agg: readonly string[]
  readonly rows: readonly Readonly<Record<string, Json>>[]
  readonly source: 'rollup' | 'scan'
  readonly scanned: Scanned
  readonly tookMs: number
}

export interface FieldEntry {
  readonly name: string
  readonly events: number
  readonly kinds: Readonly<Record<string, number>>
  readonly min: number | null
  readonly max: number | null
}

export interface FieldsAnswer {
  readonly events: number
  readonly fields: readonly FieldEntry[]
  readonly found: number
  readonly tookMs: number
}

export interface ValuesAnswer {
  readonly field: string
  readonly events: number
  readonly withValue: number
  readonly values: readonly { readonly value: Json; readonly count: number }[]
  readonly others: number
  readonly distinct: number
  readonly tookMs: number
}

export type PairStatus = 'new' | 'returned' | 'active' | 'silent'

export interface CataloguePair {
  readonly facility: string
  readonly event: string
  readonly status: PairStatus
  readonly count: number
  readonly levels: LevelCounts
  readonly total: number
  readonly first: string
  readonly last: string
  readonly firstReceived: string
  readonly lastReceived: string
  readonly returnedAfterMinutes: number | null
  readonly sparkline: readonly number[]
}

export interface CatalogueAnswer {
  readonly from: string
  readonly to: string
  readonly bucketMinutes: number
  readonly pairs: readonly CataloguePair[]
  readonly found: number
  readonly statuses: Readonly<Record<PairStatus, number>>
  readonly complete: boolean
  readonly incomplete: readonly string[]
  readonly since: string | null
  readonly closedThrough: string | null
  readonly next: string | null
  readonly tookMs: number
}

export type Facilities = readonly string[] | 'all' | null

export interface Me {
  readonly name: string
  readonly way: string
  readonly scopes: readonly ('write' | 'read' | 'admin')[]
  readonly facilities: { readonly write: Facilities; readonly read: Facilities }
  readonly expires: string | null
}

/** What `DELETE /eventlog` has dropped, or would. */
export interface DropReport {
  readonly dryRun: boolean
  readonly before: string
  readonly pages: number
  readonly events: number
  readonly bytes: number
  readonly days: readonly string[]
}

export interface RetentionRule {
  readonly facility: string | null
  readonly level: string | null
  readonly days: number
}

/** What is kept how long, and what the next purge takes. */
export interface RetentionOutlook {
  readonly days: number | null
  readonly bytes: number | null
  readonly rules: readonly RetentionRule[]
  readonly drops: Pick<DropReport, 'before' | 'pages' | 'events' | 'bytes' | 'days'> | null
  readonly removes: Pick<DropReport, 'pages' | 'events' | 'days'> | null
}

export interface Redaction {
  readonly number: number
  readonly at: string
  readonly by: string
  readonly why: string
  readonly day: string
  readonly rules: readonly {
    readonly before: string
    readonly facilities: readonly string[] | null
    readonly levels: readonly string[] | null
  }[]
  readonly pages: number
  readonly events: number
  readonly link: string
}

export interface RedactionList {
  readonly redactions: readonly Redaction[]
  readonly total: number
  readonly findings: readonly string[]
}

export interface ListedToken {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly scopes: readonly string[]
  readonly issued: string
  readonly expires: string
}

export interface ListedCredential {
  readonly name: string
  readonly kind: string
  readonly state: string
  readonly scopes: readonly string[]
  readonly facilities: { readonly write: Facilities; readonly read: Facilities }
  readonly networks: readonly string[]
  readonly created: string
  readonly expires: string | null
}

export interface ProducerAccount {
  readonly producer: string
  readonly accepted: number
  readonly rejected: number
  readonly duplicates: number
  /** Numbers below the highest that have not come, and those numbers: from, through. */
  readonly missing: number
  readonly gaps: readonly (readonly [from: number, through: number])[]
  readonly firstSeen: string
  readonly lastSeen: string
}

export interface ProducersAnswer {
  readonly producers: readonly ProducerAccount[]
  readonly totals: {
    readonly producers: number
    readonly accepted: number
    readonly missing: number
  }
}
