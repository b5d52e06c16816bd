import type { BookIndex, Me, Now } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Button } from '../../components/button.tsx'
import { Empty, Loading, Problem } from '../../components/states.tsx'
import { useApp } from '../../state/app-state.ts'
import { ChainCheck } from './chain-check.tsx'
import { Credentials } from './credentials.tsx'
import { Producers } from './producers.tsx'
import { Redactions } from './redactions.tsx'
import { Retention } from './retention.tsx'
import { Storage } from './storage.tsx'
import { Tokens } from './tokens.tsx'

/** For those who run the server: what is stored, what goes next, who may come in, what producers miss. */
export function AdminView() {
  const { live, session } = useApp()
  const closedThrough = live.closedThrough.value
  const me = useAnswer('me', (api, signal) => api.json<Me>('/me', {}, signal))
  const isAdmin = me.value?.scopes.includes('admin') === true
  const { value, error, reload } = useAnswer(
    isAdmin ? `admin ${closedThrough}` : null,
    async (api, signal) => {
      const [index, now] = await Promise.all([
        api.json<BookIndex>('/eventqry', {}, signal),
        api.json<Now>('/eventqry/now', {}, signal),
      ])
      return { index, now }
    },
  )
  if (me.error !== null && me.value === null)
    return <Problem error={me.error} onRetry={me.reload} />
  if (me.value === null) return <Loading what="who you are" />
  if (!isAdmin) {
    return (
      <Empty title="This is for administrators">
        <p>
          You are {me.value.name}, and may {me.value.scopes.join(' and ') || 'do nothing'}.
        </p>
        <Button label="Sign in as somebody else" onPress={() => session.signOut()} />
      </Empty>
    )
  }
  if (error !== null && value === null) return <Problem error={error} onRetry={reload} />
  if (value === null) return <Loading what="the state of the book" />
  return (
    <div class="page admin">
      <div class="page-head">
        <h1>Admin</h1>
        <p class="soft">
          {me.value.name} · version {value.now.version}
        </p>
      </div>
      <div class="admin-grid">
        <Storage index={value.index} now={value.now} />
        <Retention now={value.now} onDropped={reload} />
        <ChainCheck />
        <Redactions changed={`${value.index.totals.events ?? 0} ${value.now.bookBytes}`} />
        <Producers />
        <Credentials me={me.value} />
        <Tokens me={me.value} />
      </div>
    </div>
  )
}
