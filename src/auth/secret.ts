import { timingSafeEqual } from 'node:crypto'

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'
const secretAlphabet = `${alphabet}ABCDEFGHIJKLMNOPQRSTUVWXYZ`
/** 62^32: 190 bits. */
const secretLength = 32
const idLength = 12

/** `mb_<id>_<secret>`: recognised by secret scanners, and the id says which one it was. */
const apiKeyShape = /^mb_([a-z0-9]{12})_[0-9A-Za-z]{32}$/

export interface NewApiKey {
  readonly id: string
  /** Shown once; only its hash is kept. */
  readonly key: string
  readonly sha256: string
}

export function makeApiKey(random: (bytes: number) => Uint8Array): NewApiKey {
  const id = draw(alphabet, idLength, random)
  const key = `mb_${id}_${draw(secretAlphabet, secretLength, random)}`
  return { id, key, sha256: sha256Hex(key) }
}

export function makeKeyId(random: (bytes: number) => Uint8Array): string {
  return draw(alphabet, idLength, random)
}

/** The public part of a key, null when it is none. */
export function apiKeyId(key: string): string | null {
  return apiKeyShape.exec(key)?.[1] ?? null
}

/** In the same time wherever they differ. */
export function equalHex(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

export function sha256Hex(text: string | Uint8Array): string {
  return new Bun.CryptoHasher('sha256').update(text).digest('hex')
}

/** Each character equally likely: bytes beyond the last whole multiple are thrown away. */
function draw(from: string, length: number, random: (bytes: number) => Uint8Array): string {
  const limit = 256 - (256 % from.length)
  let text = ''
  while (text.length < length) {
    for (const byte of random(length * 2)) {
      if (byte < limit && text.length < length) text += from[byte % from.length] ?? ''
    }
  }
  return text
}
