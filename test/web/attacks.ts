/** Each would call `window.hacked` if it were taken for HTML, a link or a script. */
export const attacks = [
  '<img src=x onerror="hacked()">',
  '"><svg onload=hacked()>',
  "'-hacked()-'",
  '<script>hacked()</script>',
  '</title><script>hacked()</script>',
  '<a href="javascript:hacked()">x</a>',
  'javascript:hacked()',
  '<iframe srcdoc="<script>parent.hacked()</script>">',
  '{{constructor.constructor("hacked()")()}}',
  '<style>@import "//evil.example/x.css"</style>',
]

const levels = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug']

/** An event for each, which has it in its facility, its text, its names and its values. */
export const attackEvents: readonly object[] = attacks.map((text, index) => ({
  facility: text.slice(0, 100),
  level: levels[index % 8],
  event: text,
  additional: {
    [text]: text,
    nested: { [text]: [text, { [text]: text }] },
    trace: `${text}\n    at ${text}`,
  },
}))
