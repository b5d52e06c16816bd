import { Kind } from '../../event/kind.ts'
import type { ColumnFacts, ColumnValues, OpenBlock, RestValue } from '../../page/contract.ts'

/*
 * `fields=` keeps a part of each event. A name of a member (id, received, timestamp, facility, level, event,
 * additional) keeps that member. Any other is a path in additional, its names joined by dots, with or without
 * `additional.` before it: it keeps the value at that path, however the client nested it, and all that is
 * below it; an array (or an empty object) on the way is kept whole. What is kept stays where it was, in the order in which it was
 * (of an event with members beyond the columns of its block those come last): fields=id,http.status gives
 * {"id":"…","additional":{"http":{"status":200}}}, and {"id":"…","additional":{}} where there is none.
 */

/** The members of an event, in their order. */
export const memberNames = [
  'id',
  'received',
  'timestamp',
  'facility',
  'level',
  'event',
  'additional',
] as const
export type MemberName = (typeof memberNames)[number]

const prefix = 'additional.'

/** What is kept of events. */
export class Projection {
  readonly members: ReadonlySet<string>
  /** Of additional; null: all of it. */
  readonly #paths: readonly string[] | null

  constructor(fields: readonly string[]) {
    const paths = fields.filter((field) => !isMember(field))
    const members = new Set(fields.filter(isMember))
    this.#paths = members.has('additional') ? null : paths.map(withoutPrefix)
    if (paths.length > 0) members.add('additional')
    this.members = members
  }

  /** Whether something of a value is kept. */
  keeps(segments: readonly string[], kind: Kind): boolean {
    if (this.#paths === null) return true
    const path = segments.join('.')
    const isContainer = kind === Kind.Json || kind === Kind.Msgpack
    return this.#paths.some(
      (one) =>
        path === one || path.startsWith(`${one}.`) || (isContainer && one.startsWith(`${path}.`)),
    )
  }

  /** The block with what is kept of additional alone. */
  blockOf(block: OpenBlock): OpenBlock {
    return this.#paths === null ? block : new ProjectedBlock(block, this)
  }
}

function isMember(field: string): field is MemberName {
  return memberNames.some((name) => name === field)
}

function withoutPrefix(path: string): string {
  return path.startsWith(prefix) ? path.slice(prefix.length) : path
}

class ProjectedBlock implements OpenBlock {
  readonly minute: number
  readonly part: number
  readonly rowCount: number
  readonly rowBase: number
  readonly rowNumbers?: Uint16Array
  readonly columns: readonly ColumnFacts[]
  readonly restCount: number
  readonly timestampMs: OpenBlock['timestampMs']
  readonly timestampNanos: OpenBlock['timestampNanos']
  readonly receivedMs: OpenBlock['receivedMs']
  readonly level: OpenBlock['level']
  readonly facility: OpenBlock['facility']
  readonly event: OpenBlock['event']
  readonly #block: OpenBlock
  readonly #projection: Projection
  /** Which column of the block each kept one is. */
  readonly #kept: readonly number[]

  constructor(block: OpenBlock, projection: Projection) {
    this.minute = block.minute
    this.part = block.part
    this.rowCount = block.rowCount
    this.rowBase = block.rowBase ?? 0
    if (block.rowNumbers !== undefined) this.rowNumbers = block.rowNumbers
    this.#kept = block.columns.flatMap(({ segments, kind }, index) =>
      projection.keeps(segments, kind) ? [index] : [],
    )
    this.columns = this.#kept.flatMap((index) => block.columns[index] ?? [])
    this.restCount = block.restCount
    this.timestampMs = () => block.timestampMs()
    this.timestampNanos = () => block.timestampNanos()
    this.receivedMs = () => block.receivedMs()
    this.level = () => block.level()
    this.facility = () => block.facility()
    this.event = () => block.event()
    this.#block = block
    this.#projection = projection
  }

  column(index: number): ColumnValues {
    return this.#block.column(this.#kept[index] ?? -1)
  }

  mayHold(index: number, text: string): boolean {
    return this.#block.mayHold(this.#kept[index] ?? -1, text)
  }

  rest(): readonly RestValue[] {
    // The kind of a member without a column does not say what it is: its first byte does.
    return this.#block.rest().filter(({ segments, kind, value }) => {
      return this.#projection.keeps(segments, isContainerValue(kind, value) ? Kind.Json : Kind.Null)
    })
  }
}

/** Whether a member's JSON or msgpack is an array or an object. */
function isContainerValue(kind: Kind, value: Uint8Array): boolean {
  const [first = 0] = value
  if (kind === Kind.Json) return first === 0x5b || first === 0x7b
  return (first >= 0x80 && first <= 0x9f) || (first >= 0xdc && first <= 0xdf)
}
