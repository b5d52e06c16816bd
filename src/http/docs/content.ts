import type { MediaContent } from '../operation.ts'
import { examples } from './examples.ts'

type Content = Readonly<Record<string, MediaContent>>

const text = { type: 'string' } as const

/** A document of its own: JSON, or msgpack with the same members. */
export function documentContent(schema: object, example: unknown): Content {
  return {
    'application/json': { schema: { ...schema }, example },
    'application/msgpack': {
      schema: { ...text, format: 'binary', description: 'A map with the same members.' },
    },
  }
}

/** A document that is a list of rows, which NDJSON and CSV give alone. */
export function rowsContent(
  schema: object,
  example: unknown,
  row: Readonly<Record<string, unknown>>,
): Content {
  return {
    ...documentContent(schema, example),
    'application/x-ndjson': {
      schema: { ...text, description: 'One row a line.' },
      example: `${JSON.stringify(row)}\n`,
    },
    'text/csv': {
      schema: { ...text, description: 'RFC 4180, with a line of names; objects are JSON text.' },
      example: `${Object.keys(row).join(',')}\r\n`,
    },
  }
}

/** The four formats of a resource that gives events; in three of them the events stand alone. */
export function eventsContent(schema: object, example: unknown): Content {
  const { id, received, timestamp, facility, level, event, additional } = examples.stored
  const quoted = `"${JSON.stringify(additional).replaceAll('"', '""')}"`
  const row = [id, received, timestamp, facility, level, event, quoted].join(',')
  return {
    'application/json': { schema: { ...schema }, example },
    'application/x-ndjson': {
      schema: { ...text, description: 'One event a line.' },
      example: `${JSON.stringify(examples.stored)}\n`,
    },
    'application/msgpack': {
      schema: { ...text, format: 'binary', description: 'A sequence of maps, one an event.' },
    },
    'text/csv': {
      schema: { ...text, description: 'RFC 4180, with a line of names; additional is JSON text.' },
      example: `id,received,timestamp,facility,level,event,additional\r\n${row}\r\n`,
    },
  }
}
