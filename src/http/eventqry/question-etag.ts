import type { AppDependencies } from '../dependencies.ts'
import type { Call } from '../operation.ts'

/** As the OpenAPI document has it. */
export const etagHeader = {
  ETag: 'Names the answer until a minute closes, or pages are dropped or redacted.',
} as const

/**
 * Names the answer to a question before it is answered, without quotes. It holds for as long as readers see the same
 * book: until a minute closes, pages are dropped or redacted. `question` is the whole of what was asked, times
 * that were relative resolved; who may read less has another one.
 */
export function questionEtag(
  { book }: AppDependencies,
  call: Call,
  question: Readonly<Record<string, unknown>>,
): string {
  // Neither says anything to readers that the rest does not.
  const { chainHead: _chainHead, lastSequence: _lastSequence, ...state } = book.state()
  const { readTag } = call.admitted.principal
  const asked = JSON.stringify([state, readTag, question])
  return Bun.SHA256.hash(asked, 'hex').slice(0, 32)
}
