/** Frames of other people's code, which are shown paler. */
const foreign = /node_modules|\(node:|\(internal\/|\(native|site-packages|\/usr\/lib\//
const frame = /^\s*(?:at\s|File "|from\s.+:\d+:in)/

/** A text of several lines; in a stack trace the message stands out, and frames of libraries step back. */
export function StackTrace({ text }: { readonly text: string }) {
  const lines = text.split('\n')
  return (
    <pre class="trace" tabIndex={0} aria-label="Text of several lines">
      {lines.map((line, index) => (
        <span key={index} class={classOf(line, index)}>
          {line}
          {'\n'}
        </span>
      ))}
    </pre>
  )
}

function classOf(line: string, index: number): string {
  if (foreign.test(line)) return 'trace-foreign'
  if (frame.test(line)) return 'trace-frame'
  return index === 0 || /^(?:Caused by|\w*(?:Error|Exception)\b)/.test(line) ? 'trace-message' : ''
}
