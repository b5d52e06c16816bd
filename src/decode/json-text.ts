import { extraBase } from '../ring/block-builder.ts'
import { utf8Next, writeUtf8 } from './utf8.ts'
import { type JsonState } from './json-state.ts'
import { malformed, refuse } from './scan-state.ts'

const quote = 0x22
const backslash = 0x5c

/** 1 for the bytes that a text can hold as they are: ASCII without controls, quote and backslash. */
const plain = new Uint8Array(256)
for (let byte = 0x20; byte < 0x80; byte++)
  plain[byte] = byte === quote || byte === backslash ? 0 : 1

/** What `\b` and so on mean; 0 for what is no escape. `\u` is not here. */
const escapes = new Uint8Array(256)
for (const [letter, meaning] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'].map(
  (pair) => [pair.charCodeAt(0), pair.charCodeAt(1)],
)) {
  escapes[letter ?? 0] = meaning ?? 0
}

/**
 * Reads a text whose first byte is at `from`, behind the quote. Leaves `reference` and `bytes`: in place
 * if it had no escapes, else in `extra`. Cost: about 1 ns a byte, most of it in the first loop.
 */
export function scanText(s: JsonState, from: number): number {
  const p = skipPlain(s, from)
  if (s.src[p] === quote) {
    s.reference = from + s.delta
    s.bytes = p - from
    s.escaped = false
    return p + 1
  }
  return scanUnusualText(s, from, p)
}

/**
 * The position of the next byte that is not plain. Four bytes at a time: the top bit of a byte is set by
 * subtraction if it is a quote, a backslash or a control character, and is set in itself if it is not ASCII. A
 * borrow can only come out of a byte that is found anyway, so the lowest top bit that is set tells the
 * place: no loop with an end that nobody can predict. Cost: 0.4 ns a byte.
 */
export function skipPlain(s: JsonState, from: number): number {
  const { src, view } = s
  const lastWord = s.end - 4
  let p = from
  while (p <= lastWord) {
    const word = view.getInt32(p, true)
    const quotes = (word ^ 0x22222222) - 0x01010101
    const slashes = (word ^ 0x5c5c5c5c) - 0x01010101
    const found = (quotes | slashes | (word - 0x20202020) | word) & 0x80808080
    if (found !== 0) return p + ((31 - Math.clz32(found & -found)) >>> 3)
    p += 4
  }
  while (plain[src[p] ?? 0] === 1) p++
  return p
}

function scanUnusualText(s: JsonState, from: number, at: number): number {
  const p = checkText(s, at)
  if (p < 0) return p
  if (s.escaped) unescape(s, from, p)
  else {
    s.reference = from + s.delta
    s.bytes = p - from
  }
  return p + 1
}

/** Checks a text from `at` up to its closing quote, whose position is returned; sets `escaped`. */
export function checkText(s: JsonState, at: number): number {
  const { src, end } = s
  let p = at
  s.escaped = false
  for (;;) {
    p = skipPlain(s, p)
    const byte = src[p] ?? 0
    if (p >= end) return malformed(s, p, 'the body ends inside a text')
    if (byte === quote) return p
    if (byte === backslash) {
      s.escaped = true
      p = checkEscape(s, p)
    } else if (byte < 0x20) return malformed(s, p, 'a control character in a text must be escaped')
    else p = checkUtf8(s, p)
    if (p < 0) return p
  }
}

function checkEscape(s: JsonState, p: number): number {
  const letter = s.src[p + 1] ?? 0
  if (escapes[letter] !== 0) return p + 2
  if (letter !== 0x75) return malformed(s, p, 'there is no such escape')
  const unit = hex4(s.src, p + 2)
  if (unit < 0) return malformed(s, p, 'four hexadecimal digits must follow \\u')
  if (unit < 0xd800 || unit > 0xdfff) return p + 6
  const low = s.src[p + 6] === backslash && s.src[p + 7] === 0x75 ? hex4(s.src, p + 8) : -1
  if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff) {
    return refuse(s, 'lone-surrogate', p, `\\u${unit.toString(16)} stands without its other half`)
  }
  return p + 12
}

function hex4(src: Uint8Array, at: number): number {
  let value = 0
  for (let i = at; i < at + 4; i++) {
    const byte = src[i] ?? 0
    const digit = byte - 0x30
    const letter = (byte | 0x20) - 0x61
    if (digit >= 0 && digit <= 9) value = value * 16 + digit
    else if (letter >= 0 && letter <= 5) value = value * 16 + letter + 10
    else return -1
  }
  return value
}

/** Checks one character of two to four bytes. */
function checkUtf8(s: JsonState, p: number): number {
  const next = utf8Next(s.src, p, s.end)
  return next < 0 ? refuse(s, 'text-invalid-utf8', p, `byte ${p} of the body is not UTF-8`) : next
}

/** Writes the checked text `src[from..to)` into `extra` without its escapes. Cost: 0.6 ns a byte. */
function unescape(s: JsonState, from: number, to: number): void {
  const { src, view, block } = s
  // Whole words are written, so up to three bytes beyond the text.
  const start = block.reserveExtra(to - from + 4)
  const out = block.extra
  const outView = new DataView(out.buffer)
  let at = start
  let p = from
  while (p < to) {
    // Fast path: four bytes at a time; of a word with a backslash, what stands before it counts.
    if (p + 4 <= to) {
      const word = view.getInt32(p, true)
      const slashes = word ^ 0x5c5c5c5c
      const found = (slashes - 0x01010101) & ~slashes & 0x80808080
      const before = found === 0 ? 4 : (31 - Math.clz32(found & -found)) >>> 3
      outView.setInt32(at, word, true)
      at += before
      p += before
      if (found === 0) continue
    }
    const byte = src[p] ?? 0
    if (byte !== backslash) {
      out[at++] = byte
      p++
      continue
    }
    const letter = src[p + 1] ?? 0
    const meaning = escapes[letter] ?? 0
    if (meaning !== 0) {
      out[at++] = meaning
      p += 2
      continue
    }
    const first = hex4(src, p + 2)
    const paired = first >= 0xd800 && first <= 0xdfff
    at = writeUtf8(out, at, paired ? pairAt(src, p) : first)
    p += paired ? 12 : 6
  }
  block.extraBytes = at
  s.reference = start + extraBase
  s.bytes = at - start
}

/** The code point of the two escaped surrogates at `p`. */
function pairAt(src: Uint8Array, p: number): number {
  return 0x1_0000 + ((hex4(src, p + 2) - 0xd800) << 10) + (hex4(src, p + 8) - 0xdc00)
}
