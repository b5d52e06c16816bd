import type { TextValues } from '../../page/contract.ts'
import { Output } from './output.ts'

const quote = 0x22
const backslash = 0x5c

/** From this length on the escapes are counted before room is made: six times a long text is too much. */
const countedBytesMin = 4096

/** A text in quotes. Escaped is only what JSON asks for: control characters, quote and backslash. */
export function writeJsonText(out: Output, source: Uint8Array, from: number, to: number): void {
  out.reserve(2 + roomFor(source, from, to))
  const bytes = out.bytes
  let at = out.at
  bytes[at++] = quote
  for (let i = from; i < to; i++) {
    const code = source[i] ?? 0
    if (code >= 0x20 && code !== quote && code !== backslash) bytes[at++] = code
    else at = writeEscape(bytes, at, code)
  }
  bytes[at++] = quote
  out.at = at
}

/** `text` as JSON in UTF-8, for names. */
export function jsonBytes(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify(text))
}

function roomFor(source: Uint8Array, from: number, to: number): number {
  if (to - from < countedBytesMin) return (to - from) * 6
  let room = to - from
  for (let i = from; i < to; i++) {
    const code = source[i] ?? 0
    if (code < 0x20 || code === quote || code === backslash) room += 5
  }
  return room
}

function writeEscape(bytes: Uint8Array, start: number, code: number): number {
  let at = start
  bytes[at++] = backslash
  const short = shortEscapes[code] ?? 0
  if (short !== 0) {
    bytes[at++] = short
    return at
  }
  bytes[at++] = 0x75
  bytes[at++] = 0x30
  bytes[at++] = 0x30
  bytes[at++] = 0x30 + (code >> 4)
  bytes[at++] = hexDigit(code & 15)
  return at
}

export function hexDigit(value: number): number {
  return value < 10 ? 0x30 + value : 0x57 + value
}

const encoder = new TextEncoder()

const shortEscapes = new Uint8Array(128)
for (const [code, letter] of [
  [8, 'b'],
  [9, 't'],
  [10, 'n'],
  [12, 'f'],
  [13, 'r'],
  [quote, '"'],
  [backslash, '\\'],
] as const) {
  shortEscapes[code] = letter.charCodeAt(0)
}

/** The texts of a column as they stand in the output, so that a row copies and does not convert. */
export interface ReadyTexts {
  readonly bytes: Uint8Array
  readonly offsets: Uint32Array
  readonly ids: Uint8Array | Uint16Array
}

/**
 * Converts every text of a dictionary once; null when that would convert more texts than rows will be
 * written, or the texts are no dictionary.
 */
export function readyTexts(
  texts: TextValues,
  rows: number,
  write: (out: Output, source: Uint8Array, from: number, to: number) => void,
): ReadyTexts | null {
  const count = texts.offsets.length - 1
  if (texts.ids === null || count * 2 > rows) return null
  const out = new Output()
  const offsets = new Uint32Array(count + 1)
  for (let i = 0; i < count; i++) {
    write(out, texts.bytes, texts.offsets[i] ?? 0, texts.offsets[i + 1] ?? 0)
    offsets[i + 1] = out.at
  }
  return { bytes: out.bytes, offsets, ids: texts.ids }
}
