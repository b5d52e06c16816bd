import { Kind } from '../../event/kind.ts'
import type { ColumnValues, RestValue } from '../../page/contract.ts'
import { jsonToMsgpack } from './json-to-msgpack.ts'
import { textIndex } from './json-value.ts'
import { writeBinHeader, writeMsgpackText } from './msgpack-header.ts'
import {
  writeMsgpackDouble,
  writeMsgpackInt,
  writeMsgpackInt64,
  writeMsgpackTime,
} from './msgpack-number.ts'
import type { Output } from './output.ts'

/** Writes a value of a column as msgpack. */
export function writeMsgpackValue(out: Output, values: ColumnValues, entry: number): void {
  switch (values.kind) {
    case Kind.Text:
    case Kind.Bytes:
    case Kind.Json:
    case Kind.Msgpack:
      writeBytesValue(out, values, entry)
      return
    case Kind.Int:
      writeMsgpackInt(out, values.numbers?.[entry] ?? 0)
      return
    case Kind.Double:
      writeMsgpackDouble(out, values.numbers?.[entry] ?? 0)
      return
    case Kind.Bool:
      out.byte(values.low?.[entry] === 1 ? 0xc3 : 0xc2)
      return
    case Kind.Null:
      out.byte(0xc0)
      return
    case Kind.Time:
      writeMsgpackTime(out, values.numbers?.[entry] ?? 0, values.low?.[entry] ?? 0)
      return
    default:
      writeInt64Value(out, values, entry)
  }
}

export function writeMsgpackRest(out: Output, rest: RestValue): void {
  if (rest.kind === Kind.Msgpack) out.all(rest.value)
  else jsonToMsgpack(out, rest.value, 0, rest.value.length)
}

function writeInt64Value(out: Output, values: ColumnValues, entry: number): void {
  const high = values.high?.[entry] ?? 0
  const isNegative = values.kind === Kind.Int64 && high >>> 31 === 1
  writeMsgpackInt64(out, isNegative ? 0xd3 : 0xcf, values.low?.[entry] ?? 0, high)
}

function writeBytesValue(out: Output, values: ColumnValues, entry: number): void {
  const texts = values.text
  if (texts === null) return
  const text = textIndex(texts, entry)
  const from = texts.offsets[text] ?? 0
  const to = texts.offsets[text + 1] ?? 0
  if (values.kind === Kind.Text) {
    writeMsgpackText(out, texts.bytes, from, to)
  } else if (values.kind === Kind.Bytes) {
    writeBinHeader(out, to - from)
    out.copy(texts.bytes, from, to)
  } else if (values.kind === Kind.Msgpack) {
    out.copy(texts.bytes, from, to)
  } else {
    jsonToMsgpack(out, texts.bytes, from, to)
  }
}
