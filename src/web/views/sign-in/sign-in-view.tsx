import { useState } from 'preact/hooks'
import { ApiError } from '../../api/api.ts'
import { useApp } from '../../state/app-state.ts'
import type { Keeping } from '../../state/session.ts'
import { bearerOf, basicOf } from './authorization.ts'

type Way = 'key' | 'password'

const ways: readonly (readonly [Way, string])[] = [
  ['key', 'API key or token'],
  ['password', 'Name and password'],
]

/** Asks for a credential, tries it, and lets the requests carry it from then on. */
export function SignInView() {
  const { api, session, location } = useApp()
  const [way, setWay] = useState<Way>('key')
  const [keeping, setKeeping] = useState<Keeping>('session')
  const [fault, setFault] = useState<string | null>(null)
  const [isTrying, setTrying] = useState(false)
  const signIn = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    if (!(event.currentTarget instanceof HTMLFormElement)) return
    const form = new FormData(event.currentTarget)
    const text = (name: string): string => String(form.get(name) ?? '').trim()
    const authorization =
      way === 'key' ? bearerOf(text('key')) : basicOf(text('name'), String(form.get('password')))
    setTrying(true)
    try {
      await api.send('GET', '/api/v1/me', { headers: { authorization } })
      session.signIn(authorization, keeping)
      if (location.place.peek().path === '/sign-in') location.go('/')
    } catch (error) {
      setFault(faultText(error))
    } finally {
      setTrying(false)
    }
  }
  return (
    <div class="page sign-in">
      <form class="card" onSubmit={(event) => void signIn(event)}>
        <h1>Sign in</h1>
        <p class="soft">
          This server asks who you are. Its administrator has given you one of these.
        </p>
        <fieldset class="segments">
          <legend>With</legend>
          {ways.map(([each, label]) => (
            <button
              key={each}
              type="button"
              aria-pressed={way === each}
              onClick={() => setWay(each)}
            >
              {label}
            </button>
          ))}
        </fieldset>
        <CredentialFields way={way} />
        <KeepingChoice keeping={keeping} onChange={setKeeping} />
        {fault === null ? null : (
          <p class="hint wrong" role="alert">
            {fault}
          </p>
        )}
        <button type="submit" class="button primary" disabled={isTrying}>
          Sign in
        </button>
      </form>
    </div>
  )
}

function CredentialFields({ way }: { readonly way: Way }) {
  if (way === 'key') return <SecretField name="key" label="API key or token" autocomplete="off" />
  return (
    <>
      <label class="field">
        Name
        <input name="name" required autocomplete="username" spellcheck={false} />
      </label>
      <SecretField name="password" label="Password" autocomplete="current-password" />
    </>
  )
}

interface KeepingChoiceProps {
  readonly keeping: Keeping
  onChange(keeping: Keeping): void
}

function KeepingChoice({ keeping, onChange }: KeepingChoiceProps) {
  const isKept = keeping === 'session'
  return (
    <>
      <label>
        <input
          type="checkbox"
          checked={isKept}
          onChange={(event) => onChange(event.currentTarget.checked ? 'session' : 'memory')}
        />
        Keep it until this tab is closed
      </label>
      <p class="hint">
        {isKept
          ? 'It is kept in this tab, and nowhere else.'
          : 'It is forgotten as soon as the page is loaded anew.'}
      </p>
    </>
  )
}

interface SecretFieldProps {
  readonly name: string
  readonly label: string
  readonly autocomplete: 'off' | 'current-password'
}

function SecretField({ name, label, autocomplete }: SecretFieldProps) {
  return (
    <label class="field">
      {label}
      <input name={name} type="password" required autocomplete={autocomplete} spellcheck={false} />
    </label>
  )
}

function faultText(error: unknown): string {
  if (error instanceof ApiError && error.status === 401) return 'The server does not take this.'
  return error instanceof Error ? error.message : String(error)
}
