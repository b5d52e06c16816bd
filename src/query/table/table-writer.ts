import { Packr } from 'msgpackr'
import type { AnswerFormat } from '../contract.ts'
import { chunkBytes } from '../messages.ts'
import { Output } from '../render/output.ts'
import type { JobSink, Meter } from '../work/contract.ts'

/** What a cell may be: a bigint is an integer that a double cannot hold. */
export type Cell = string | number | bigint | boolean | null

export type Members = Readonly<Record<string, unknown>>

/** An answer that is a list of rows of the same columns. */
export interface Table {
  /** Members of the document before its rows, and behind them. */
  readonly before: Members
  /** What the list of rows is called in the document; `rows` where it is left out. */
  readonly list?: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  readonly after: Members
}

const packr = new Packr({ useRecords: false, variableMapSize: true })

/** Rows between two looks at the size of a chunk and at the clock. */
const rowsAtOnce = 256

/**
 * Writes a table as one document, chunk by chunk, so that no other thread has to make a long text:
 *
 *   json     { before, "rows": [ {column: cell, …}, … ], after }
 *   msgpack  the same, as a map
 *   ndjson   {column: cell, …} LF …
 *   csv      names CRLF cells CRLF …   (RFC 4180; null is an empty field)
 */
export async function writeTable(
  table: Table,
  how: { readonly format: AnswerFormat; readonly meter: Meter; readonly sink: JobSink },
): Promise<void> {
  const { rows } = table
  const out = new Output()
  const writer = writers[how.format](out, table)
  writer.begin()
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    writer.rows(rows.slice(from, from + rowsAtOnce), from)
    if (out.at >= chunkBytes) await how.sink.write(out.take())
    await how.meter.turn()
  }
  writer.end()
  await how.sink.end(out.take())
}

type Row = readonly Cell[]

interface TableWriter {
  begin(): void
  /** The next rows; `from` came before them. */
  rows(rows: readonly Row[], from: number): void
  end(): void
}

const nothing = (): void => {}

const writers: Readonly<Record<AnswerFormat, (out: Output, table: Table) => TableWriter>> = {
  json(out, { before, list = 'rows', columns, after }) {
    const keys = columns.map((name) => JSON.stringify(name))
    return {
      begin: () => out.text(`${JSON.stringify(before).replace(/\}$/, comma(before))}"${list}":[`),
      rows: (some, from) => out.text(objectsText(keys, some, { before: ',', from })),
      end: () => out.text(`],${JSON.stringify(after).slice(1)}`),
    }
  },
  ndjson(out, { columns }) {
    const keys = columns.map((name) => JSON.stringify(name))
    return {
      begin: nothing,
      rows: (some) => out.text(objectsText(keys, some, { after: '\n' })),
      end: nothing,
    }
  },
  csv(out, { columns }) {
    return {
      begin: () => out.text(`${columns.map(csvField).join(',')}\r\n`),
      rows: (some) => {
        for (const cells of some) out.text(`${cells.map(csvField).join(',')}\r\n`)
      },
      end: nothing,
    }
  },
  msgpack(out, { before, list = 'rows', columns, rows, after }) {
    const members = (each: Members): void => {
      for (const [name, value] of Object.entries(each)) {
        out.all(packr.pack(name))
        out.all(packr.pack(value))
      }
    }
    return {
      begin: () => {
        // A map of at most 15 members (fixmap), in which the list is an array 32.
        out.byte(0x80 | (Object.keys(before).length + Object.keys(after).length + 1))
        members(before)
        out.all(packr.pack(list))
        out.byte(0xdd)
        for (const shift of [24, 16, 8, 0]) out.byte((rows.length >>> shift) & 0xff)
      },
      rows: (some) => {
        for (const cells of some) {
          out.all(packr.pack(new Map(columns.map((name, i) => [name, cells[i]]))))
        }
      },
      end: () => members(after),
    }
  },
}

const comma = (members: Members): string => (Object.keys(members).length === 0 ? '' : ',')

/** One text for many rows, because each text that is written costs a call into the runtime. */
function objectsText(
  keys: readonly string[],
  rows: readonly Row[],
  { before = '', from = 0, after = '' }: { before?: string; from?: number; after?: string },
): string {
  let text = ''
  for (let row = 0; row < rows.length; row++) {
    if (from + row > 0) text += before
    text += '{'
    const cells = rows[row] ?? []
    for (let i = 0; i < cells.length; i++) {
      text += `${i === 0 ? '' : ','}${keys[i]}:${cellText(cells[i] ?? null)}`
    }
    text += `}${after}`
  }
  return text
}

function cellText(cell: Cell): string {
  return typeof cell === 'bigint' ? cell.toString() : JSON.stringify(cell)
}

function csvField(cell: Cell): string {
  if (cell === null) return ''
  const text = String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
