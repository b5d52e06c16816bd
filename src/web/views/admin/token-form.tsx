import { useState } from 'preact/hooks'
import type { Scope } from './credential-calls.ts'

/** A token that is to be made, as docs/API.md has it. */
export interface WantedToken {
  readonly scopes: readonly Scope[]
  /** Seconds. */
  readonly expiresIn: number
}

interface TokenFormProps {
  /** The caller's, of which a token has some. */
  readonly scopes: readonly Scope[]
  readonly isRunning: boolean
  onMake(wanted: WantedToken): void
}

const lengths: readonly (readonly [seconds: number, label: string])[] = [
  [3_600, 'an hour'],
  [86_400, 'a day'],
  [604_800, 'a week'],
  [2_592_000, '30 days'],
]

/** A new token of the caller's own credential. */
export function TokenForm({ scopes, isRunning, onMake }: TokenFormProps) {
  const [seconds, setSeconds] = useState(3_600)
  const [wanted, setWanted] = useState(scopes)
  const toggle = (scope: Scope): void =>
    setWanted(wanted.includes(scope) ? wanted.filter((each) => each !== scope) : [...wanted, scope])
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onMake({ scopes: wanted, expiresIn: seconds })
      }}
    >
      <label class="field">
        A token of yours for
        <select
          value={String(seconds)}
          onChange={(event) => setSeconds(Number(event.currentTarget.value))}
        >
          {lengths.map(([each, label]) => (
            <option key={each} value={String(each)}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <div class="choices" role="group" aria-label="It may">
        {scopes.map((scope) => (
          <label key={scope}>
            <input
              type="checkbox"
              checked={wanted.includes(scope)}
              onChange={() => toggle(scope)}
            />
            {scope}
          </label>
        ))}
      </div>
      <button type="submit" class="button plain" disabled={isRunning || wanted.length === 0}>
        Make
      </button>
    </form>
  )
}
