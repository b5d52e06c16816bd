import { join } from 'node:path'
import { levelNames, parseLevel } from '../../../src/event/level.ts'
import { readJson, type Leaf } from '../leaf.ts'
import type { PlainEvent } from '../naive/plain-event.ts'

/* The table of examples in docs/QUERY.md. */

export const queryDocPath = join(import.meta.dir, '../../../docs/QUERY.md')

export interface Example {
  readonly query: string
  readonly finds: readonly string[]
  readonly misses: readonly string[]
}

/** Rows of the table with the head `query | finds | does not find`. */
export function readExamples(doc: string): Example[] {
  const [, table = ''] = doc.split('| query | finds | does not find |\n|---|---|---|\n')
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n')
  return rows.map((row) => {
    const [query = '', finds = '', misses = ''] = row.split('|').slice(1, -1)
    return { query: codesIn(query)[0] ?? '', finds: codesIn(finds), misses: codesIn(misses) }
  })
}

function codesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')
}

const facilities = ['checkout', 'Billing', 'mailer']

export interface ExampleEvent {
  readonly facility: string
  readonly level: (typeof levelNames)[number]
  readonly event: string
  /** JSON text, so that a client can send it as it is. */
  readonly additional: string
}

/** An event as the table writes it: `checkout: text`, `warn text`, `text {"name":1}`. */
export function exampleEvent(written: string): ExampleEvent {
  const brace = written.indexOf('{')
  let event = (brace === -1 ? written : written.slice(0, brace)).trim()
  const facility = facilities.find((one) => event.startsWith(`${one}: `))
  if (facility !== undefined) event = event.slice(facility.length + 2)
  const level = levelNames.find((one) => event.startsWith(`${one} `))
  if (level !== undefined) event = event.slice(level.length + 1)
  return {
    facility: facility ?? 'shop',
    level: level ?? 'info',
    event,
    additional: brace === -1 ? '{}' : written.slice(brace),
  }
}

/** The same for the naive evaluation, at a time. */
export function plainExample(written: string, ms: number): PlainEvent {
  const { facility, level, event, additional } = exampleEvent(written)
  const leaf: Leaf = readJson(additional)
  return {
    id: '01c8b1a200000007',
    receivedMs: ms,
    timestampMs: ms,
    timestampNanos: 0,
    facility,
    level: parseLevel(level) ?? 0,
    event,
    additional: leaf instanceof Map ? leaf : new Map(),
  }
}
