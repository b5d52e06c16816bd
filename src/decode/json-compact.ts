import { extraBase } from '../ring/block-builder.ts'
import { type JsonState, skipSpace } from './json-state.ts'

/* Rewriting of leaves that do not stand in the body as they are to be kept. All input has been checked. */

/** Copies the value `src[from..to)` into `extra` without the space between its tokens. */
export function appendWithoutSpaces(s: JsonState, from: number, to: number): void {
  const { src, block } = s
  const start = block.reserveExtra(to - from)
  const out = block.extra
  let at = start
  let inText = false
  for (let p = from; p < to; p++) {
    const byte = src[p] ?? 0
    if (inText) {
      if (byte === 0x5c) out[at++] = src[p++] ?? 0
      else if (byte === 0x22) inText = false
    } else if (byte === 0x22) inText = true
    else if (byte <= 0x20) continue
    out[at++] = src[p] ?? 0
  }
  block.extraBytes = at
  s.reference = start + extraBase
  s.bytes = at - start
}

/** As above; of members with one name in one object only the last stays, at the place of the first. */
export function appendWithoutDuplicates(s: JsonState, from: number, to: number): void {
  const text = new TextEncoder().encode(compactValue({ src: s.src, p: from }))
  s.reference = s.block.appendExtra(text)
  s.bytes = text.length
  if (to < from) throw new RangeError('a leaf ends before it begins')
}

interface Cursor {
  readonly src: Uint8Array
  p: number
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function compactValue(c: Cursor): string {
  c.p = skipSpace(c.src, c.p)
  const first = c.src[c.p]
  if (first === 0x22) return textToken(c)
  if (first === 0x5b) return `[${compactItems(c).join(',')}]`
  if (first === 0x7b) {
    const members = compactMembers(c)
    return `{${[...members].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`
  }
  const start = c.p
  while (!endsScalar(c.src[c.p])) c.p++
  return decoder.decode(c.src.subarray(start, c.p))
}

function endsScalar(byte: number | undefined): boolean {
  return byte === undefined || byte <= 0x20 || byte === 0x2c || byte === 0x5d || byte === 0x7d
}

function textToken(c: Cursor): string {
  const start = c.p++
  while (c.src[c.p] !== 0x22) c.p += c.src[c.p] === 0x5c ? 2 : 1
  return decoder.decode(c.src.subarray(start, ++c.p))
}

function compactItems(c: Cursor): string[] {
  const items: string[] = []
  for (c.p = skipSpace(c.src, c.p + 1); c.src[c.p] !== 0x5d;) {
    items.push(compactValue(c))
    c.p = skipSpace(c.src, c.p)
    if (c.src[c.p] === 0x2c) c.p++
  }
  c.p++
  return items
}

function compactMembers(c: Cursor): Map<string, string> {
  const members = new Map<string, string>()
  for (c.p = skipSpace(c.src, c.p + 1); c.src[c.p] !== 0x7d;) {
    c.p = skipSpace(c.src, c.p)
    const name = String(JSON.parse(textToken(c)))
    c.p = skipSpace(c.src, c.p) + 1
    members.set(name, compactValue(c))
    c.p = skipSpace(c.src, c.p)
    if (c.src[c.p] === 0x2c) c.p++
  }
  c.p++
  return members
}
