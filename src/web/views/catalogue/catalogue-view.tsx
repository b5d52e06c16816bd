import { useMemo } from 'preact/hooks'
import { rangeParameters, TimePicker } from '../../components/time-picker.tsx'
import { useApp } from '../../state/app-state.ts'
import { rangeOf, type Span } from '../../time/range.ts'
import { useSpan } from '../../time/use-span.ts'
import { catalogueQuestionOf } from './catalogue-question.ts'
import { ChangedPairs } from './changed-pairs.tsx'
import { AllPairs } from './all-pairs.tsx'

/** Every kind of event there is: how often, how severe, since when; or what has changed of it. */
export function CatalogueView() {
  const { location } = useApp()
  const { parameters } = location.place.value
  const range = useMemo(() => rangeOf(parameters), [parameters])
  const question = useMemo(() => catalogueQuestionOf(parameters), [parameters])
  const { span, isReady } = useSpan(range, { follows: true })
  const asked: Span | null = isReady ? span : null
  const isChanges = parameters.get('show') === 'changes'
  return (
    <div class="page">
      <div class="page-head">
        <h1>Catalogue</h1>
        <ShownChoice isChanges={isChanges} />
        <span class="spring" />
        <TimePicker
          range={range}
          span={span}
          onChange={(next) => location.change(rangeParameters(next))}
        />
      </div>
      {isChanges ? (
        <ChangedPairs question={question} span={asked} />
      ) : (
        <AllPairs question={question} span={asked} />
      )}
    </div>
  )
}

function ShownChoice({ isChanges }: { readonly isChanges: boolean }) {
  const { location } = useApp()
  const show = (value: 'changes' | null): void =>
    location.change({ show: value, order: null, status: null, change: null })
  return (
    <fieldset class="segments">
      <legend>Shown</legend>
      <button type="button" aria-pressed={!isChanges} onClick={() => show(null)}>
        All event types
      </button>
      <button type="button" aria-pressed={isChanges} onClick={() => show('changes')}>
        What changed
      </button>
    </fieldset>
  )
}
