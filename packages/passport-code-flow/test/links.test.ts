import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { findPages, findReadmes, ROOT } from './readme/document.js'

const documents = [...findReadmes(), ...findPages(), 'CONTRIBUTING.md', 'SECURITY.md']

const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8')

/** A document without its programs, which hold brackets of their own. */
const prose = (name: string) => read(name).replaceAll(/```.*?```/gs, '')

/** The names that headings can be linked by. */
function anchors(name: string): string[] {
  return [...prose(name).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function isDead(document: string, link: string): boolean {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? document : path.join(path.dirname(document), file)
  if (!existsSync(path.join(ROOT, target))) return true
  return anchor !== undefined && !anchors(target).includes(anchor)
}

it.each(documents)('each link of %s to another page of ours leads there', (document) => {
  const links = [...prose(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
  const own = links.filter((link) => !/^[a-z]+:/.test(link))
  expect(own.filter((link) => isDead(document, link))).toEqual([])
})

it.each(documents)('each row of a table of %s is one line', (document) => {
  const broken = prose(document)
    .replaceAll(/`[^`\n]*`/g, '')
    .split('\n')
    .filter((line) => /^\||\|$| \| /.test(line) && !/^\|.*\|$/.test(line))
  expect(broken).toEqual([])
})

it.each(documents)(
  '%s fits a screen: no line but a row of a table has 160 characters',
  (document) => {
    const lines = read(document).split('\n')
    expect(lines.filter((line) => line.length >= 160 && !line.startsWith('|'))).toEqual([])
  },
)

it.each(documents)('%s says log in and fix, one word for one thing', (document) => {
  const others = /\b(mend(s|ed)?|sign[ -]in|signs in|signed in|signing in)\b/gi
  expect(read(document).match(others) ?? []).toEqual([])
})

it('each attack that SECURITY.md names has a test with its id', () => {
  const tests = ['packages/passport-code-flow/test', 'examples/shop/test'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { encoding: 'utf8', recursive: true })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => read(path.join(folder, name))),
  )
  const ids = new Set(prose('SECURITY.md').match(/\b[AB]\d{2,3}\b/g))
  expect(ids.size).toBeGreaterThan(80)
  expect([...ids].filter((id) => !tests.some((test) => test.includes(`${id} `)))).toEqual([])
})

it.each(documents.filter((name) => /passport-(?!provider).*README/.test(name)))(
  '%s leads to the recipes and to troubleshooting by symptom',
  (name) => {
    expect(prose(name)).toContain('(../../docs/recipes.md)')
    expect(prose(name)).toContain('(../../docs/troubleshooting.md)')
  },
)
