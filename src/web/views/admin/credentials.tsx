import type { ListedCredential, Me } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Button } from '../../components/button.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Problem } from '../../components/states.tsx'
import { useApp } from '../../state/app-state.ts'
import { credentialColumns } from './credential-columns.tsx'
import { CredentialDialog } from './credential-dialog.tsx'
import { CredentialForm } from './credential-form.tsx'
import { SecretOnce } from './secret-once.tsx'
import { type CredentialChanges, useCredentialChanges } from './use-credential-changes.ts'

/** Who may use the server: added, given new secrets, revoked and removed here. */
export function Credentials({ me }: { readonly me: Me }) {
  const { preferences } = useApp()
  const { value, error, reload } = useAnswer('credentials', (asked, signal) =>
    asked.json<{ readonly credentials: readonly ListedCredential[] }>('/credentials', {}, signal),
  )
  const changes = useCredentialChanges(me, reload)
  const credentials = value?.credentials ?? []
  return (
    <section class="card wide" aria-label="Credentials">
      <header>
        <h2>Credentials</h2>
        <Button label="New credential" icon="plus" onPress={() => changes.ask({ type: 'add' })} />
      </header>
      {error !== null && value === null ? <Problem error={error} onRetry={reload} /> : null}
      {value !== null && credentials.length === 0 ? (
        <p class="card-empty">
          None: the server is for its own machine, and whoever is on it may do everything.
        </p>
      ) : null}
      {credentials.length === 0 ? null : (
        <DataTable
          label="Credentials"
          columns={credentialColumns(preferences.zone.value, (act, credential) =>
            changes.ask({ type: 'act', act, credential }),
          )}
          rows={credentials}
          rowKey={({ name }) => name}
        />
      )}
      <Dialogs me={me} changes={changes} isLast={credentials.length === 1} />
    </section>
  )
}

interface DialogsProps {
  readonly me: Me
  readonly changes: CredentialChanges
  readonly isLast: boolean
}

/** What is asked before a change, and the secret that came of it. */
function Dialogs({ me, changes, isLast }: DialogsProps) {
  const { dialog, made, said, isRunning } = changes
  const close = (): void => changes.ask(null)
  if (made !== null) return <SecretOnce {...made} onClose={changes.forget} />
  if (dialog === null) return null
  const common = { said, isRunning, onClose: close }
  if (dialog.type === 'add') {
    return <CredentialForm isFirst={me.way === 'anonymous'} onAdd={changes.add} {...common} />
  }
  const { act, credential } = dialog
  return (
    <CredentialDialog
      act={act}
      credential={credential}
      isOwn={credential.name === me.name}
      isLast={isLast}
      onConfirm={(password) => changes.act(act, credential, password)}
      {...common}
    />
  )
}
