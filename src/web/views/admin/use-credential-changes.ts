import { useState } from 'preact/hooks'
import type { ListedCredential, Me } from '../../api/answers.ts'
import { useApp } from '../../state/app-state.ts'
import { basicOf, bearerOf } from '../sign-in/authorization.ts'
import {
  addCredential,
  type MadeCredential,
  removeCredential,
  revokeCredential,
  rotateCredential,
  type WantedCredential,
} from './credential-calls.ts'
import type { CredentialAct } from './credential-dialog.tsx'
import type { MadeSecret } from './secret-once.tsx'
import { useAttempt } from './use-attempt.ts'

/** What is asked before a change. */
export type Dialog =
  | { readonly type: 'add' }
  | { readonly type: 'act'; readonly act: CredentialAct; readonly credential: ListedCredential }

export interface CredentialChanges {
  readonly dialog: Dialog | null
  readonly made: MadeSecret | null
  readonly said: string | null
  readonly isRunning: boolean
  ask(dialog: Dialog | null): void
  add(wanted: WantedCredential): void
  act(act: CredentialAct, credential: ListedCredential, password: string | null): void
  /** The secret has been taken note of. */
  forget(): void
}

const kindNames: Readonly<Record<string, string>> = { 'api-key': 'API key', hmac: 'HMAC secret' }

/** Changes credentials; `onChanged` is called after each. The page goes on with a new secret of its own. */
export function useCredentialChanges(me: Me, onChanged: () => void): CredentialChanges {
  const { api, session } = useApp()
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const [made, setMade] = useState<MadeSecret | null>(null)
  const { said, isRunning, attempt, forget } = useAttempt()
  const isFirst = me.way === 'anonymous'
  const take = ({ name, kind, secret }: MadeCredential, password: string | null): void => {
    if (secret !== null) setMade({ what: `${kindNames[kind] ?? kind} of ${name}`, secret })
    const isOwn = isFirst || name === me.name
    if (!isOwn || kind === 'hmac') return
    const keeping = isFirst ? 'session' : session.keeping
    if (password !== null) session.signIn(basicOf(name, password), keeping)
    else if (secret !== null) session.signIn(bearerOf(secret), keeping)
  }
  const run = async (action: () => Promise<void>): Promise<void> => {
    if (!(await attempt(action))) return
    setDialog(null)
    onChanged()
  }
  const act = async (
    which: CredentialAct,
    { name }: ListedCredential,
    password: string | null,
  ): Promise<void> => {
    if (which === 'rotate') take(await rotateCredential(api, name, password), password)
    else if (which === 'revoke') await revokeCredential(api, name)
    else await removeCredential(api, name)
  }
  return {
    dialog,
    made,
    said,
    isRunning,
    ask: (next) => {
      forget()
      setDialog(next)
    },
    add: (wanted) =>
      void run(async () => take(await addCredential(api, wanted), wanted.password ?? null)),
    act: (which, credential, password) => void run(() => act(which, credential, password)),
    forget: () => setMade(null),
  }
}
