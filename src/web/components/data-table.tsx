import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

/** A column of a table. */
export interface Column<Row> {
  /** Unique; also what `order` names. */
  readonly name: string
  readonly label: string
  /** The label is for screen readers alone: what the column shows says enough. */
  readonly isLabelHidden?: boolean
  /** `number`: aligned to the right, digits of one width. */
  readonly kind?: 'text' | 'number'
  readonly isSortable?: boolean
  /** A class of its cells: `grow` takes what room is left, `phone-hidden` is left out on a phone. */
  readonly class?: string
  cell(row: Row): ComponentChildren
}

export interface DataTableProps<Row> {
  /** For screen readers. */
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  rowKey(row: Row): string
  /** The column it is sorted by, `-` before it when descending. The caller sorts. */
  readonly order?: string
  onOrder?(order: string): void
  /** The row that the keyboard is at. */
  readonly activeKey?: string | null
}

/** A table of some hundred rows. For more there is VirtualList. */
export function DataTable<Row>({ label, columns, rows, rowKey, ...rest }: DataTableProps<Row>) {
  const { order = '', onOrder, activeKey = null } = rest
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={label}>
      <table class="table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                class={classOf(column)}
                aria-sort={sortOf(column, order)}
              >
                {column.isSortable === true && onOrder !== undefined ? (
                  <button
                    type="button"
                    class="sort"
                    onClick={() => onOrder(nextOrder(column, order))}
                  >
                    {column.label}
                    {sortOf(column, order) === undefined ? null : (
                      <Icon name={order.startsWith('-') ? 'down' : 'up'} size={12} />
                    )}
                  </button>
                ) : (
                  <span class={column.isLabelHidden === true ? 'hidden-text' : undefined}>
                    {column.label}
                  </span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} class={rowKey(row) === activeKey ? 'active' : undefined}>
              {columns.map((column) => (
                <td key={column.name} class={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function classOf<Row>({ kind, ...column }: Column<Row>): string {
  return `${kind === 'number' ? 'number ' : ''}${column.class ?? ''}`
}

function sortOf<Row>({ name }: Column<Row>, order: string): 'ascending' | 'descending' | undefined {
  if (order === name) return 'ascending'
  return order === `-${name}` ? 'descending' : undefined
}

/** Numbers are sorted from the greatest first, texts from A. */
function nextOrder<Row>({ name, kind }: Column<Row>, order: string): string {
  const first = kind === 'number' ? `-${name}` : name
  const second = kind === 'number' ? name : `-${name}`
  return order === first ? second : first
}
