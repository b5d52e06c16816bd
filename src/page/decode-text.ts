import type { ByteSource } from './byte-source.ts'
import type { TextValues } from './contract.ts'
import { decodeNumbers } from './decode-numbers.ts'
import { TextCode } from './format.ts'
import { decodeAddresses } from './ipv4.ts'
import { decodeUuids } from './uuid.ts'

/** Reads `count` texts as `encodeText` wrote them. Throws FormatError. */
export function decodeText(source: ByteSource, count: number): TextValues {
  const code = source.u8()
  switch (code) {
    case TextCode.Const: {
      const bytes = source.take(source.varcount(source.left))
      return { bytes, offsets: Uint32Array.of(0, bytes.length), ids: new Uint8Array(count) }
    }
    case TextCode.Dictionary:
      return decodeDictionary(source, count)
    default:
      return { ...decodePlain(source, code, count), ids: null }
  }
}

interface Texts {
  readonly bytes: Uint8Array
  readonly offsets: Uint32Array
}

/** Reads `count` texts of a form that numbers none of them. */
export function decodePlain(source: ByteSource, code: number, count: number): Texts {
  switch (code) {
    case TextCode.Raw:
      return decodeTexts(source, count)
    case TextCode.Uuid:
      return decodeUuids(source, count)
    case TextCode.Ipv4:
      return decodeAddresses(source, count)
    default:
      return source.fail(`no form of texts has the code ${code}`)
  }
}

/** Reads `count` texts one after the other: their lengths, then their bytes. */
export function decodeTexts(source: ByteSource, count: number): Texts {
  const lengths = decodeNumbers(source, count)
  const offsets = new Uint32Array(count + 1)
  let end = 0
  for (let i = 0; i < count; i++) {
    const length = lengths[i] ?? 0
    if (!(length >= 0 && length <= source.left && Number.isInteger(length))) {
      source.fail(`a text of ${length} bytes`)
    }
    end += length
    if (end > source.left) source.fail(`texts of ${end} bytes`)
    offsets[i + 1] = end
  }
  return { bytes: source.take(end), offsets }
}

function decodeDictionary(source: ByteSource, count: number): TextValues {
  const size = source.varcount(count)
  const texts = decodePlain(source, source.u8(), size)
  const low = source.take(count)
  if (size <= 0x100) {
    checkIds(source, low, size)
    return { ...texts, ids: low }
  }
  const high = source.take(count)
  const ids = new Uint16Array(count)
  for (let i = 0; i < count; i++) ids[i] = (low[i] ?? 0) | ((high[i] ?? 0) << 8)
  checkIds(source, ids, size)
  return { ...texts, ids }
}

function checkIds(source: ByteSource, ids: Uint8Array | Uint16Array, size: number): void {
  let max = -1
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? 0
    if (id > max) max = id
  }
  if (max >= size) source.fail(`text ${max} of ${size}`)
}
