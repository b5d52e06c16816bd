import { useAnswer } from '../../api/use-answer.ts'
import { Loading, Problem } from '../../components/states.tsx'
import { type Span, spanQuery } from '../../time/range.ts'
import { CatalogueFilters } from './catalogue-filters.tsx'
import type { CatalogueQuestion } from './catalogue-question.ts'
import { ChangesTable } from './changes-table.tsx'
import { KindFilter } from './kind-filter.tsx'
import { askChanges, changeOrderDefault } from './changes.ts'

interface ChangedPairsProps {
  readonly question: CatalogueQuestion
  /** Null: it is not known yet. */
  readonly span: Span | null
}

/** The event types that came more or less often than in the time before. */
export function ChangedPairs({ question, span }: ChangedPairsProps) {
  const { contains, minLevel, facility, order } = question
  const narrowed = [contains, minLevel, facility]
  const key = span === null ? null : `changes ${JSON.stringify([narrowed, spanQuery(span)])}`
  const { value, error, reload } = useAnswer(key, (api, signal) =>
    askChanges(api, question, span ?? { fromMs: 0, toMs: 0 }, signal),
  )
  return (
    <>
      <CatalogueFilters question={question}>
        <KindFilter changes={value?.changes ?? null} kinds={question.change} />
      </CatalogueFilters>
      {error !== null ? <Problem error={error} onRetry={reload} /> : null}
      {value === null ? (
        error === null && <Loading what="what has changed" />
      ) : (
        <ChangesTable
          compared={value}
          kinds={question.change}
          order={order === '' ? changeOrderDefault : order}
        />
      )}
    </>
  )
}
