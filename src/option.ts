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
export const toggle = (help: string): SwitchOption => ({ kind: 'switch', default: false, help })
