import type { ByteSource } from './byte-source.ts'
import type { TextValues } from './contract.ts'
import { decodePlain, decodeTexts } from './decode-text.ts'
import { TextCode } from './format.ts'
import { pickAddresses } from './ipv4.ts'
import { pickTexts } from './select-rows.ts'
import { pickUuids } from './uuid.ts'

/**
 * Reads `count` texts as `encodeText` wrote them and gives those at `entries`, ascending. The texts of a
 * dictionary come as they are. Throws FormatError.
 */
export function pickText(source: ByteSource, count: number, entries: Uint16Array): TextValues {
  const code = source.u8()
  switch (code) {
    case TextCode.Const: {
      const bytes = source.take(source.varcount(source.left))
      const ids = new Uint8Array(entries.length)
      return { bytes, offsets: Uint32Array.of(0, bytes.length), ids }
    }
    case TextCode.Dictionary:
      return pickFromDictionary(source, count, entries)
    case TextCode.Raw:
      return pickTexts({ ...decodeTexts(source, count), ids: null }, entries)
    case TextCode.Uuid:
      return { ...pickUuids(source, count, entries), ids: null }
    case TextCode.Ipv4:
      return { ...pickAddresses(source, count, entries), ids: null }
    default:
      return source.fail(`no form of texts has the code ${code}`)
  }
}

function pickFromDictionary(source: ByteSource, count: number, entries: Uint16Array): TextValues {
  const size = source.varcount(count)
  const texts = decodePlain(source, source.u8(), size)
  const isWide = size > 0x100
  const at = source.skip(isWide ? count * 2 : count)
  const { bytes } = source
  const ids = isWide ? new Uint16Array(entries.length) : new Uint8Array(entries.length)
  for (let i = 0; i < entries.length; i++) {
    const place = at + (entries[i] ?? 0)
    const id = (bytes[place] ?? 0) | (isWide ? (bytes[place + count] ?? 0) << 8 : 0)
    if (id >= size) source.fail(`text ${id} of ${size}`)
    ids[i] = id
  }
  return { ...texts, ids }
}
