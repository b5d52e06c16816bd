import { uuidHash, wordHashes } from '../../page/token-filter.ts'
import type { Tokens } from './value-test.ts'

/** Of a text that must be the whole of this, in any case. */
export function wholeTokens(text: string): Tokens {
  return { words: wordHashes(text), uuid: uuidHash(text.toLowerCase()) }
}

/** Of a text that must hold this with no letter or digit right before or after it. */
export function wordTokens(text: string): Tokens {
  return { words: wordHashes(text), uuid: 'any' }
}

/** Of a text that must hold this anywhere: its first and last words may be parts of longer ones. */
export function partTokens(text: string): Tokens {
  const inner = text.replace(/^[0-9A-Za-z]+/, '').replace(/[0-9A-Za-z]+$/, '')
  return { words: wordHashes(inner), uuid: 'any' }
}
