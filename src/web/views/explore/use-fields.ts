import { useMemo, useState } from 'preact/hooks'
import type { FieldEntry, FieldsAnswer } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { type Span, spanQuery } from '../../time/range.ts'
import type { EventFeed } from './event-feed.ts'
import { foundFields } from './found-fields.ts'
import { isNarrowed, type Question, selectionKey, selectionQuery } from './question.ts'

/** The fields of what was found. */
export interface FoundFields {
  /** Those that most events have first. */
  readonly fields: readonly FieldEntry[]
  /** Fields that other events of the time have. */
  readonly others: readonly FieldEntry[]
  /** Whether `fields` are counted in all events that were found; otherwise in the first `sampled` of them. */
  readonly isExact: boolean
  readonly sampled: number
  readonly isCounting: boolean
  /** Counts in all of them, which looks at each. */
  count(): void
}

/** Found events that are looked at: the first portion, so that the list of fields stands still. */
const sampledMax = 200
const fieldsMax = 500

/**
 * Which fields the found events have. Without a filter the pages' directories tell at once; with one the first found
 * events tell, and all of them on demand.
 */
export function useFields(
  question: Question,
  span: Span | null,
  { events, hasMore }: Pick<EventFeed, 'events' | 'hasMore'>,
): FoundFields {
  const during = span === null ? null : spanQuery(span)
  const ofRange = useAnswer(
    during === null ? null : `fields ${during.from} ${during.to}`,
    (api, signal) =>
      api.json<FieldsAnswer>('/eventqry/fields', { ...during, limit: fieldsMax }, signal),
  )
  const key = span === null ? null : selectionKey(question, span)
  const [countedKey, setCountedKey] = useState<string | null>(null)
  const isWanted = key !== null && countedKey === key
  const exact = useAnswer(isWanted ? `exact fields ${key}` : null, async (api, signal) => {
    const query = span === null ? {} : selectionQuery(question, span)
    const found = await api.json<FieldsAnswer>(
      '/eventqry/fields',
      { ...query, limit: fieldsMax },
      signal,
    )
    return { key, fields: found.fields }
  })
  const counted = isWanted && exact.value?.key === key ? exact.value.fields : null
  const all = ofRange.value?.fields ?? nothing
  const sample = useMemo(
    () => (isNarrowed(question) ? foundFields(events.slice(0, sampledMax)) : null),
    [question, events[0]?.id, Math.min(events.length, sampledMax)],
  )
  const fields = counted ?? sample ?? all
  const others = useMemo(() => {
    const names = new Set(fields.map(({ name }) => name))
    return all.filter(({ name }) => !names.has(name))
  }, [fields, all])
  return {
    fields,
    others,
    isExact: counted !== null || sample === null || (!hasMore && events.length <= sampledMax),
    sampled: Math.min(events.length, sampledMax),
    isCounting: isWanted && exact.isLoading,
    count: () => setCountedKey(key),
  }
}

const nothing: readonly FieldEntry[] = []
