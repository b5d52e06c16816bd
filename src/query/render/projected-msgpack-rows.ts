import { levelNames } from '../../event/level.ts'
import { AdditionalMsgpack, msgpackLead } from './additional-msgpack.ts'
import { textIndex } from './json-value.ts'
import { keptMembers, type MemberForms, type WriteMember } from './kept-members.ts'
import { writeContainerHeader, writeMsgpackText } from './msgpack-header.ts'
import type { Output } from './output.ts'
import type { Projection } from './projection.ts'
import type { RowsOptions } from './rows-options.ts'
import { nanoTimeTextBytes, timeTextBytes } from './time-text.ts'

/** The header of a text of up to 31 bytes. */
const shortText = 0xa0
const idBytes = 16

/** Writes what is kept of events as msgpack maps. */
export class ProjectedMsgpackRows {
  readonly #out: Output
  readonly #members: readonly WriteMember[]

  constructor(out: Output, options: RowsOptions, projection: Projection) {
    this.#out = out
    this.#members = keptMembers(out, options, projection, formsOf(out, options)).map(
      ([name, write]) => named(out, name, write),
    )
  }

  write(row: number): void {
    writeContainerHeader(this.#out, 'map', this.#members.length)
    for (const write of this.#members) write(row)
  }
}

function named(out: Output, name: string, write: WriteMember): WriteMember {
  const lead = msgpackLead(name)
  return (row) => {
    out.all(lead)
    write(row)
  }
}

function formsOf(out: Output, { block, shape }: RowsOptions): MemberForms {
  return {
    id: (digits) => (row) => {
      out.byte(shortText | idBytes)
      digits(row)
    },
    time: (text, nanos) => (row) => {
      out.byte(shortText | (nanos(row) === 0 ? timeTextBytes : nanoTimeTextBytes))
      text(row)
    },
    text: (texts) => (row) => {
      const text = textIndex(texts, row)
      writeMsgpackText(out, texts.bytes, texts.offsets[text] ?? 0, texts.offsets[text + 1] ?? 0)
    },
    level: (levels) => {
      const leads = levelNames.map(msgpackLead)
      return (row) => out.all(leads[levels[row] ?? 0] ?? noBytes)
    },
    additional: () => {
      const additional = new AdditionalMsgpack(out, block, shape)
      return (row) => additional.write(row)
    },
  }
}

const noBytes = new Uint8Array(0)
