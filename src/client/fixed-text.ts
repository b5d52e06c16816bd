/** What the compiler shows when an event is not a fixed text. */
export interface EventMustBeFixedText {
  readonly 'the event must be a fixed text: variable parts go into the fields, or use dynamicEvent': never
}

/**
 * `S` if it is a literal (or a union of literals), else a type that no string has: `string` and template
 * literals with a hole make index signatures, which `{}` satisfies, and literals make required names. (A value of type
 * `any` passes, as it does everywhere.)
 */
export type FixedText<S extends string> = S extends unknown
  ? {} extends Record<S, 1>
    ? EventMustBeFixedText
    : S
  : never
