import { useState } from 'preact/hooks'
import { ApiError } from '../../api/api.ts'
import type { ListedToken } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Problem } from '../../components/states.tsx'
import { useApp } from '../../state/app-state.ts'
import type { Zone } from '../../state/preferences.ts'
import { formatMinuteText } from '../../time/format.ts'

const lengths: readonly (readonly [seconds: number, label: string])[] = [
  [3_600, 'an hour'],
  [86_400, 'a day'],
  [604_800, 'a week'],
  [2_592_000, '30 days'],
]

/** Expiring tokens: those there are, and a new one, which is shown once. */
export function Tokens({ isAnonymous }: { readonly isAnonymous: boolean }) {
  const { api, preferences } = useApp()
  const { value, error, reload } = useAnswer('tokens', (asked, signal) =>
    asked.json<{ readonly tokens: readonly ListedToken[] }>('/tokens', {}, signal),
  )
  const [made, setMade] = useState<string | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const attempt = async (action: () => Promise<void>): Promise<void> => {
    try {
      setSaid(null)
      await action()
      reload()
    } catch (reason) {
      setSaid(reason instanceof ApiError ? reason.message : String(reason))
    }
  }
  const make = (expiresIn: number): Promise<void> =>
    attempt(async () => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ expiresIn })
      const response = await api.send('POST', '/api/v1/tokens', { headers, body })
      const { token } = (await response.json()) as { token: string } // As docs/API.md has it.
      setMade(token)
    })
  const revoke = (id: string): Promise<void> =>
    attempt(async () => void (await api.send('DELETE', `/api/v1/tokens/${encodeURIComponent(id)}`)))
  const tokens = value?.tokens ?? []
  return (
    <section class="card" aria-label="Tokens">
      <header>
        <h2>Tokens</h2>
      </header>
      {error !== null && value === null ? <Problem error={error} onRetry={reload} /> : null}
      {tokens.length === 0 ? null : (
        <DataTable
          label="Tokens"
          columns={columnsOf(preferences.zone.value, (id) => void revoke(id))}
          rows={tokens}
          rowKey={({ id }) => id}
        />
      )}
      <div class="card-body">
        {isAnonymous ? (
          <p class="soft">A token is made for a credential: there is none yet.</p>
        ) : (
          <MakeForm onMake={(seconds) => void make(seconds)} />
        )}
        {said === null ? null : (
          <p class="bad" role="alert">
            {said}
          </p>
        )}
        {made === null ? null : (
          <>
            <p class="secret mono">{made}</p>
            <div class="row">
              <CopyButton label="Copy the token" text={() => made} />
              <span class="soft">It is shown only now.</span>
            </div>
          </>
        )}
      </div>
    </section>
  )
}

function MakeForm({ onMake }: { readonly onMake: (seconds: number) => void }) {
  const [seconds, setSeconds] = useState(3_600)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onMake(seconds)
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
      <button type="submit" class="button plain">
        Make
      </button>
    </form>
  )
}

const columnsOf = (zone: Zone, onRevoke: (id: string) => void): readonly Column<ListedToken>[] => [
  { name: 'name', label: 'Of', class: 'grow', cell: ({ name }) => name },
  { name: 'scopes', label: 'May', cell: ({ scopes }) => scopes.join(', ') },
  {
    name: 'expires',
    label: 'Expires',
    cell: ({ expires }) => formatMinuteText(Date.parse(expires), zone),
  },
  { name: 'state', label: 'State', class: 'phone-hidden', cell: ({ state }) => state },
  {
    name: 'revoke',
    label: '',
    cell: ({ id, state }) =>
      state === 'valid' ? (
        <Button label="Revoke" kind="danger" onPress={() => onRevoke(id)} />
      ) : null,
  },
]
