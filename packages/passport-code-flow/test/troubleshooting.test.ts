import { openDocument } from './readme/document.js'

const page = (name: string) => openDocument(`docs/${name}.md`).text.replaceAll(/\s+/g, ' ')

it.each([
  ['FR09', 'troubleshooting', 'send `Referrer-Policy: same-origin` with that page'],
  ['FR13', 'frameworks', 'const require = createRequire(import.meta.url);'],
  ['FR24', 'recipes', "`launchURL: '/app/auth/zalopay/launch'`"],
  ['FR28', 'troubleshooting', 'lead to a page with the button'],
  ['FR29', 'recipes', "Add the site's origin to `form-action`"],
  ['FR30', 'troubleshooting', '`resave: false`; let slow requests change no session'],
  ['FR31', 'recipes', 'iron-session has neither'],
  ['FR33', 'frameworks', 'Bun 1.4.5 and Deno 2.9.6'],
])('%s docs/%s.md says what to do', (_id, name, sentence) => {
  expect(page(name)).toContain(sentence)
})
