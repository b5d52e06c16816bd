import type { Refusal } from '../decode/contract.ts'
import { formatMinute } from '../event/time.ts'

export interface AnswerParts {
  readonly accepted: number
  readonly rejectedCount: number
  readonly rejected: readonly Refusal[]
  readonly minute: number
  readonly sequence: number
}

/** The path of a minute's page. */
export function pagePath(minute: number): string {
  return `/api/v1/eventqry/minutes/${formatMinute(minute)}`
}

/** The JSON text of a 202. `duplicate` comes second, so that `asDuplicate` finds it. */
export function answerText(parts: AnswerParts): string {
  const minute = formatMinute(parts.minute)
  const rejected =
    parts.rejectedCount === 0
      ? ''
      : `,"rejectedCount":${parts.rejectedCount},"rejected":${JSON.stringify(parts.rejected)}`
  return `{"accepted":${parts.accepted},"duplicate":false,"minute":"${minute}","page":"${pagePath(parts.minute)}","batch":"${batchId(parts.sequence)}"${rejected === '' ? ',"rejectedCount":0,"rejected":[]' : rejected}}`
}

/** The answer to the same batch when it comes again. */
export function asDuplicate(answer: string): string {
  return answer.replace('"duplicate":false', '"duplicate":true')
}

/** A batch's number in the order of all batches, as 16 hex digits. */
export function batchId(sequence: number): string {
  return sequence.toString(16).padStart(16, '0')
}
