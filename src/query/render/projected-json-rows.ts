import { levelNames } from '../../event/level.ts'
import { AdditionalJson } from './additional-json.ts'
import { writeReadyOrText } from './json-value.ts'
import { keptMembers, type MemberForms, type WriteMember } from './kept-members.ts'
import type { Output } from './output.ts'
import type { Projection } from './projection.ts'
import type { RowsOptions } from './rows-options.ts'

const openBrace = 0x7b
const closeBrace = 0x7d
const quote = 0x22

/** Writes what is kept of events as JSON objects. */
export class ProjectedJsonRows {
  readonly #out: Output
  readonly #members: readonly WriteMember[]

  constructor(out: Output, options: RowsOptions, projection: Projection) {
    this.#out = out
    this.#members = keptMembers(out, options, projection, formsOf(out, options)).map(
      ([name, write]) => named(out, name, write),
    )
  }

  write(row: number): void {
    const out = this.#out
    const at = out.at
    for (const write of this.#members) write(row)
    if (out.at === at) out.byte(openBrace)
    // In place of the first member's comma.
    else out.bytes[at] = openBrace
    out.byte(closeBrace)
  }
}

function named(out: Output, name: string, write: WriteMember): WriteMember {
  const lead = Buffer.from(`,"${name}":`)
  return (row) => {
    out.all(lead)
    write(row)
  }
}

function formsOf(out: Output, { block, rows, shape, timestamp }: RowsOptions): MemberForms {
  const quoted =
    (write: WriteMember): WriteMember =>
    (row) => {
      out.byte(quote)
      write(row)
      out.byte(quote)
    }
  return {
    id: quoted,
    time: quoted,
    text: (texts) => (row) => writeReadyOrText(out, null, texts, row),
    level: (levels) => (row) => out.ascii(`"${levelNames[levels[row] ?? 0] ?? ''}"`),
    additional: () => {
      const additional = new AdditionalJson(out, block, { shape, rows, time: timestamp })
      return (row) => additional.write(row)
    },
  }
}
