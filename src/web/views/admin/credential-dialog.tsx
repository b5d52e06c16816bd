import { useState } from 'preact/hooks'
import type { ListedCredential } from '../../api/answers.ts'
import { Confirm } from './confirm.tsx'
import { PasswordField } from './credential-form.tsx'

export type CredentialAct = 'rotate' | 'revoke' | 'remove'

interface CredentialDialogProps {
  readonly act: CredentialAct
  readonly credential: ListedCredential
  /** Whether it is the one that this page shows. */
  readonly isOwn: boolean
  /** Whether the server admits anybody on its own machine when it is gone. */
  readonly isLast: boolean
  readonly said: string | null
  readonly isRunning: boolean
  /** `password`: the new one, where it is one. */
  onConfirm(password: string | null): void
  onClose(): void
}

const labels = { rotate: 'Give a new secret', revoke: 'Revoke', remove: 'Remove' } as const

/** Says what an action would do to a credential, and does it when confirmed. */
export function CredentialDialog({ act, credential, onConfirm, ...rest }: CredentialDialogProps) {
  const { name, kind } = credential
  const [password, setPassword] = useState('')
  const isPassword = act === 'rotate' && kind === 'password'
  return (
    <Confirm
      title={`${labels[act]}: ${name}`}
      label={labels[act]}
      said={rest.said}
      isRunning={rest.isRunning || (isPassword && password.length < 8)}
      onConfirm={() => onConfirm(isPassword ? password : null)}
      onClose={rest.onClose}
    >
      {act === 'rotate' ? (
        <p>
          The old secret and the tokens made with it end at once. What uses it is refused until it
          has the new one.
        </p>
      ) : null}
      {act === 'revoke' ? (
        <p>It and its tokens are refused from now on. It stays listed, and its name taken.</p>
      ) : null}
      {act === 'remove' ? <p>It and its tokens end, and its name may be given again.</p> : null}
      {rest.isOwn && act !== 'rotate' ? (
        <p class="bad">It is the one that you are signed in with.</p>
      ) : null}
      {rest.isLast && act === 'remove' ? (
        <p class="bad">It is the last one: without any, the server is open on its own machine.</p>
      ) : null}
      {isPassword ? <PasswordField value={password} onChange={setPassword} /> : null}
    </Confirm>
  )
}
