import { useMemo } from 'preact/hooks'
import type { Json, StatsAnswer } from '../../api/answers.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { formatInstant } from '../../time/format.ts'
import { useApp } from '../../state/app-state.ts'
import type { Zone } from '../../state/preferences.ts'

type Row = Readonly<Record<string, Json>>

const rowsMax = 2_000

/** The rows of a statistic as they were answered. */
export function StatsTable({ answer }: { readonly answer: StatsAnswer }) {
  const { preferences } = useApp()
  const zone = preferences.zone.value
  const columns = useMemo(() => columnsOf(answer, zone), [answer, zone])
  const rows = answer.rows.slice(0, rowsMax)
  const keys = new Map(rows.map((row, index) => [row, String(index)]))
  return (
    <section class="card">
      <DataTable
        label="Statistic"
        columns={columns}
        rows={rows}
        rowKey={(row) => keys.get(row) ?? ''}
      />
      {rows.length === answer.rows.length ? null : (
        <p class="card-empty">
          The first {rowsMax} of {answer.rows.length} rows; the command below gives all.
        </p>
      )}
    </section>
  )
}

function columnsOf({ every, by, agg, rows }: StatsAnswer, zone: Zone): readonly Column<Row>[] {
  const time: Column<Row> = {
    name: 'time',
    label: 'Time',
    cell: (row) => formatInstant(String(row['time']), zone).slice(0, 19),
  }
  const groups = by.map((name) => ({
    name,
    label: name,
    class: 'text',
    cell: (row: Row) => shown(row[name]),
  }))
  const values = agg.map((name) => {
    const decimals = Math.max(0, ...rows.slice(0, rowsMax).map((row) => decimalsOf(row[name])))
    const cell = (row: Row) => shown(row[name], decimals)
    return { name, label: name, kind: 'number' as const, cell }
  })
  return every === null ? [...groups, ...values] : [time, ...groups, ...values]
}

const decimalsMax = 3

/** Digits behind the point that a number needs, so that all of a column have as many. */
function decimalsOf(value: Json | undefined): number {
  if (typeof value !== 'number' || Number.isInteger(value)) return 0
  return String(Number(value.toFixed(decimalsMax))).split('.')[1]?.length ?? 0
}

function shown(value: Json | undefined, decimals = 0) {
  if (value === null || value === undefined) return <span class="value-null">none</span>
  if (typeof value === 'number') {
    return value.toLocaleString('en-US', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimalsMax,
    })
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}
