/* The kinds of option that src/config.ts has. */

export interface NumberOption {
  readonly kind: 'number'
  readonly default: number
  readonly min: number
  readonly max: number
  readonly unit: string
  readonly help: string
}

export interface TextOption {
  readonly kind: 'text'
  readonly default: string
  readonly values?: readonly string[]
  /** A flag that is given several times adds to a list; elsewhere the last one counts. */
  readonly isList?: true
  readonly help: string
}

export interface SwitchOption {
  readonly kind: 'switch'
  readonly default: false
  readonly help: string
}

export type Option = NumberOption | TextOption | SwitchOption

export const number = (
  value: number,
  range: readonly [number, number],
  unit: string,
  help: string,
): NumberOption => ({ kind: 'number', default: value, min: range[0], max: range[1], unit, help })
export const text = (value: string, help: string, values?: readonly string[]): TextOption => ({
  kind: 'text',
  default: value,
  help,
  ...(values === undefined ? {} : { values }),
})
/** A comma-separated list; its flag may be given several times. */
export const list = (help: string): TextOption => ({
  kind: 'text',
  default: '',
  isList: true,
  help,
})
export const toggle = (help: string): SwitchOption => ({ kind: 'switch', default: false, help })

/** What a comma-separated list holds. */
export function listOf(given: string): readonly string[] {
  return given
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
}
