import { Kind } from '../../event/kind.ts'
import type { ColumnValues, RestValue, TextValues } from '../../page/contract.ts'
import { type ReadyTexts, readyTexts, writeJsonText } from './json-text.ts'
import { writeJsonBytes, writeJsonTime } from './json-tagged.ts'
import { msgpackToJson } from './msgpack-to-json.ts'
import { bigintOf, writeDouble, writeInt } from './number-text.ts'
import type { Output } from './output.ts'
import type { TimeText } from './time-text.ts'

/** Writes the values of a block's columns as JSON. */
export class JsonValues {
  readonly #out: Output
  readonly #columns: readonly ColumnValues[]
  readonly #ready: (ReadyTexts | null)[] = []
  readonly #time: TimeText

  /** `rows`: how many rows will be written, at most. */
  constructor(out: Output, columns: readonly ColumnValues[], rows: number, time: TimeText) {
    this.#out = out
    this.#columns = columns
    this.#time = time
    for (const column of columns) {
      const texts = column.kind === Kind.Text ? column.text : null
      this.#ready.push(texts === null ? null : readyTexts(texts, rows, writeJsonText))
    }
  }

  write(column: number, entry: number): void {
    const values = this.#columns[column]
    if (values === undefined) return
    switch (values.kind) {
      case Kind.Text:
        writeReadyOrText(this.#out, this.#ready[column] ?? null, values.text, entry)
        return
      case Kind.Int:
        writeInt(this.#out, values.numbers?.[entry] ?? 0)
        return
      case Kind.Double:
        writeDouble(this.#out, values.numbers?.[entry] ?? 0)
        return
      case Kind.Bool:
        this.#out.ascii(values.low?.[entry] === 1 ? 'true' : 'false')
        return
      case Kind.Null:
        this.#out.ascii('null')
        return
      default:
        this.#writeRare(values, entry)
    }
  }

  writeRest(rest: RestValue): void {
    if (rest.kind === Kind.Json) this.#out.all(rest.value)
    else msgpackToJson(this.#out, rest.value, 0, rest.value.length)
  }

  #writeRare(values: ColumnValues, entry: number): void {
    const low = values.low?.[entry] ?? 0
    switch (values.kind) {
      case Kind.Int64:
      case Kind.Uint64:
        this.#out.ascii(`${bigintOf(low, values.high?.[entry] ?? 0, values.kind === Kind.Int64)}`)
        return
      case Kind.Time:
        writeJsonTime(this.#out, this.#time, values.numbers?.[entry] ?? 0, low)
        return
      default:
        this.#writeBytes(values, entry)
    }
  }

  #writeBytes(values: ColumnValues, entry: number): void {
    const texts = values.text
    if (texts === null) return
    const text = textIndex(texts, entry)
    const from = texts.offsets[text] ?? 0
    const to = texts.offsets[text + 1] ?? 0
    if (values.kind === Kind.Json) this.#out.copy(texts.bytes, from, to)
    else if (values.kind === Kind.Bytes) writeJsonBytes(this.#out, texts.bytes.subarray(from, to))
    else msgpackToJson(this.#out, texts.bytes, from, to)
  }
}

export function textIndex(texts: TextValues, entry: number): number {
  return texts.ids === null ? entry : (texts.ids[entry] ?? 0)
}

export function writeReadyOrText(
  out: Output,
  ready: ReadyTexts | null,
  texts: TextValues | null,
  entry: number,
): void {
  if (ready !== null) {
    const id = ready.ids[entry] ?? 0
    out.copy(ready.bytes, ready.offsets[id] ?? 0, ready.offsets[id + 1] ?? 0)
    return
  }
  if (texts === null) return
  const text = textIndex(texts, entry)
  writeJsonText(out, texts.bytes, texts.offsets[text] ?? 0, texts.offsets[text + 1] ?? 0)
}
