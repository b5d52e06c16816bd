import { levelNames } from '../../event/level.ts'
import { AdditionalJson } from './additional-json.ts'
import { writeEntry, writeField } from './csv-rows.ts'
import { keptMembers, type MemberForms, type WriteMember } from './kept-members.ts'
import { Output } from './output.ts'
import type { Projection } from './projection.ts'
import type { RowsOptions } from './rows-options.ts'

const comma = 0x2c

/** Writes what is kept of events as the rows of RFC 4180. */
export class ProjectedCsvRows {
  readonly #out: Output
  readonly #fields: readonly WriteMember[]

  constructor(out: Output, options: RowsOptions, projection: Projection) {
    this.#out = out
    this.#fields = keptMembers(out, options, projection, formsOf(out, options)).map(
      ([, write]) => write,
    )
  }

  write(row: number): void {
    for (const [i, write] of this.#fields.entries()) {
      if (i > 0) this.#out.byte(comma)
      write(row)
    }
    this.#out.ascii('\r\n')
  }
}

function formsOf(out: Output, { block, rows, shape, timestamp }: RowsOptions): MemberForms {
  return {
    id: (digits) => digits,
    time: (text) => text,
    text: (texts) => (row) => writeEntry(out, texts, row),
    level: (levels) => (row) => out.ascii(levelNames[levels[row] ?? 0] ?? ''),
    additional: () => {
      const scratch = new Output()
      const additional = new AdditionalJson(scratch, block, { shape, rows, time: timestamp })
      return (row) => {
        scratch.at = 0
        additional.write(row)
        writeField(out, scratch.bytes, 0, scratch.at)
      }
    },
  }
}
