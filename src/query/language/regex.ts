import { RE2JS } from 're2js'

/** A regular expression in RE2 syntax, which takes time linear in the text. */
export interface Regex {
  /** Whether it is found anywhere in `text`. */
  finds(text: string): boolean
}

/** Compiles RE2 syntax; or says in words what is wrong with it. */
export function compileRegex(source: string): Regex | string {
  try {
    const pattern = RE2JS.compile(source)
    return { finds: (text) => pattern.matcher(text).find() }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return message.replace(/^error parsing regexp: /, '')
  }
}
