import { matchesFacility } from '../../../event/facility-pattern.ts'
import { textsOnly, type ValueTest } from '../value-test.ts'

/** What an asker may read: a facility of one of these patterns, in its own case. */
export class FacilityPattern implements ValueTest {
  readonly typed = textsOnly
  readonly needle = null
  readonly isNeedleAll = false
  readonly tokens = null
  readonly #patterns: readonly string[]

  constructor(patterns: readonly string[]) {
    this.#patterns = patterns
  }

  text(bytes: Uint8Array, from: number, to: number): boolean {
    return matchesFacility(this.#patterns, Buffer.from(bytes.subarray(from, to)).toString())
  }
}
