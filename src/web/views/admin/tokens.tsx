import { useState } from 'preact/hooks'
import type { ListedToken, Me } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Button } from '../../components/button.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Problem } from '../../components/states.tsx'
import { useApp } from '../../state/app-state.ts'
import type { Zone } from '../../state/preferences.ts'
import { formatMinuteText } from '../../time/format.ts'
import { Confirm, Said } from './confirm.tsx'
import { postJson } from './credential-calls.ts'
import { type MadeSecret, SecretOnce } from './secret-once.tsx'
import { TokenForm, type WantedToken } from './token-form.tsx'
import { useAttempt } from './use-attempt.ts'

/** What is asked about once more: a token to revoke, or all of them. */
type Ending = ListedToken | 'all'

/** Expiring tokens: those there are, and new ones, which are shown once. */
export function Tokens({ me }: { readonly me: Me }) {
  const { api, preferences } = useApp()
  const { value, error, reload } = useAnswer('tokens', (asked, signal) =>
    asked.json<{ readonly tokens: readonly ListedToken[] }>('/tokens', {}, signal),
  )
  const [made, setMade] = useState<MadeSecret | null>(null)
  const [ending, setEnding] = useState<Ending | null>(null)
  const { said, isRunning, attempt, forget } = useAttempt()
  const ask = (next: Ending | null): void => {
    forget()
    setEnding(next)
  }
  const run = async (action: () => Promise<void>): Promise<void> => {
    if (!(await attempt(action))) return
    setEnding(null)
    reload()
  }
  const make = (wanted: WantedToken): Promise<void> =>
    run(async () => {
      const { token } = await postJson<{ readonly token: string }>(api, '/api/v1/tokens', wanted)
      setMade({ what: `A token of ${me.name}`, secret: token })
    })
  const end = (which: Ending): Promise<void> =>
    run(async () => {
      if (which === 'all') await postJson(api, '/api/v1/signing-keys', { endTokens: true })
      else await api.send('DELETE', `/api/v1/tokens/${encodeURIComponent(which.id)}`)
    })
  const tokens = value?.tokens ?? []
  return (
    <section class="card wide" aria-label="Tokens">
      <header>
        <h2>Tokens</h2>
        {tokens.length === 0 ? null : (
          <Button label="End all" kind="quiet" onPress={() => ask('all')} />
        )}
      </header>
      {error !== null && value === null ? <Problem error={error} onRetry={reload} /> : null}
      {tokens.length === 0 ? null : (
        <DataTable
          label="Tokens"
          columns={columnsOf(preferences.zone.value, ask)}
          rows={tokens}
          rowKey={({ id }) => id}
        />
      )}
      <div class="card-body">
        <NewToken me={me} isRunning={isRunning} onMake={(wanted) => void make(wanted)} />
        {ending === null ? <Said text={said} /> : null}
      </div>
      {ending === null ? null : (
        <EndDialog
          ending={ending}
          said={said}
          isRunning={isRunning}
          onConfirm={() => void end(ending)}
          onClose={() => ask(null)}
        />
      )}
      {made === null ? null : <SecretOnce {...made} onClose={() => setMade(null)} />}
    </section>
  )
}

interface EndDialogProps {
  readonly ending: Ending
  readonly said: string | null
  readonly isRunning: boolean
  onConfirm(): void
  onClose(): void
}

function EndDialog({ ending, ...rest }: EndDialogProps) {
  const isAll = ending === 'all'
  return (
    <Confirm
      title={isAll ? 'End all tokens' : `Revoke a token of ${ending.name}`}
      label={isAll ? 'End them' : 'Revoke'}
      {...rest}
    >
      <p>
        {isAll
          ? 'Every token is refused from now on, whoever has made it: a new key signs the next ones.'
          : 'It is refused from now on.'}
      </p>
    </Confirm>
  )
}

interface NewTokenProps {
  readonly me: Me
  readonly isRunning: boolean
  onMake(wanted: WantedToken): void
}

/** Who shows a secret may make tokens of it. */
function NewToken({ me, isRunning, onMake }: NewTokenProps) {
  if (me.way === 'anonymous') {
    return <p class="soft">A token is made for a credential: there is none yet.</p>
  }
  if (me.way === 'token') {
    return <p class="soft">A token makes no other: sign in with a key or a password to make one.</p>
  }
  return <TokenForm scopes={me.scopes} isRunning={isRunning} onMake={onMake} />
}

const columnsOf = (
  zone: Zone,
  onRevoke: (token: ListedToken) => void,
): readonly Column<ListedToken>[] => [
  { name: 'name', label: 'Of', class: 'name', cell: ({ name }) => <b title={name}>{name}</b> },
  { name: 'scopes', label: 'May', class: 'grow', cell: ({ scopes }) => scopes.join(' · ') },
  {
    name: 'expires',
    label: 'Expires',
    cell: ({ expires }) => formatMinuteText(Date.parse(expires), zone),
  },
  {
    name: 'state',
    label: 'State',
    class: 'phone-hidden',
    cell: ({ state }) => <span class={state === 'valid' ? 'good' : 'bad'}>{state}</span>,
  },
  {
    name: 'acts',
    label: 'Actions',
    isLabelHidden: true,
    cell: (token) =>
      token.state === 'valid' ? (
        <span class="acts">
          <Button label="Revoke" kind="quiet" onPress={() => onRevoke(token)} />
        </span>
      ) : null,
  },
]
