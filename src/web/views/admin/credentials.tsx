import type { Facilities, ListedCredential } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Problem } from '../../components/states.tsx'

/** Who may use the server. Secrets are made on the command line or by the API, and shown once there. */
export function Credentials() {
  const { value, error, reload } = useAnswer('credentials', (api, signal) =>
    api.json<{ readonly credentials: readonly ListedCredential[] }>('/credentials', {}, signal),
  )
  const credentials = value?.credentials ?? []
  return (
    <section class="card" aria-label="Credentials">
      <header>
        <h2>Credentials</h2>
      </header>
      {error !== null && value === null ? <Problem error={error} onRetry={reload} /> : null}
      {value !== null && credentials.length === 0 ? (
        <p class="card-empty">
          None: the server is for its own machine. <code>minutebook auth add</code> makes the first.
        </p>
      ) : null}
      {credentials.length === 0 ? null : (
        <DataTable
          label="Credentials"
          columns={columns}
          rows={credentials}
          rowKey={({ name }) => name}
        />
      )}
    </section>
  )
}

const columns: readonly Column<ListedCredential>[] = [
  { name: 'name', label: 'Name', class: 'grow', cell: ({ name }) => name },
  { name: 'kind', label: 'Kind', cell: ({ kind }) => kind },
  { name: 'scopes', label: 'May', cell: ({ scopes }) => scopes.join(', ') },
  {
    name: 'read',
    label: 'Reads',
    class: 'phone-hidden',
    cell: ({ facilities }) => textOf(facilities.read),
  },
  {
    name: 'state',
    label: 'State',
    cell: ({ state }) => <span class={state === 'valid' ? 'good' : 'bad'}>{state}</span>,
  },
]

function textOf(facilities: Facilities): string {
  if (facilities === null) return 'nothing'
  return facilities === 'all' ? 'all' : facilities.join(', ')
}
