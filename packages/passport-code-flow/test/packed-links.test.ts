import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { ROOT } from './readme/document.js'

interface Links {
  linkedPages(page: string, read: (page: string) => string): string[]
  rewriteLinks(text: string, where: object): string
  deadLinks(text: string, page: string, files: Set<string>): string[]
}

const PAGE = 'packages/passport-monpay/README.md'
const TEXT = `[a page](../../docs/pages.md#monpay), [other code](../../examples/express),
[the same page](#options), [elsewhere](https://www.passportjs.org) and ![a picture](../../docs/a.png)
`
const packed = new Map(Object.entries({ [PAGE]: 'README.md', 'docs/pages.md': 'docs/pages.md' }))
let links: Links

beforeAll(async () => {
  links = (await import(path.join(ROOT, 'scripts/links.mjs'))) as Links
})

it('a package holds the pages that its README links to', () => {
  expect(links.linkedPages(PAGE, () => TEXT)).toEqual(['docs/pages.md'])
})

it('without a repository a packed link leads to a packed page or is plain text', () => {
  const text = links.rewriteLinks(TEXT, { page: PAGE, packed, repository: '' })
  expect(text).toContain('[a page](docs/pages.md#monpay), other code,')
  expect(text).toContain('[the same page](#options), [elsewhere](https://www.passportjs.org)')
  expect(text).toContain('and a picture')
  expect(links.deadLinks(text, 'README.md', new Set(['README.md', 'docs/pages.md']))).toEqual([])
})

it('with a repository each link to another page leads to the repository', () => {
  const repository = 'https://git.example/shop/logins'
  const text = links.rewriteLinks(TEXT, { page: PAGE, packed, repository })
  expect(text).toContain(`[a page](${repository}/blob/HEAD/docs/pages.md#monpay)`)
  expect(text).toContain(`![a picture](${repository}/raw/HEAD/docs/a.png)`)
  expect(text).toContain('[the same page](#options)')
})

it('a packed link that leads to no packed file is found', () => {
  expect(links.deadLinks(TEXT, 'README.md', new Set())).toHaveLength(3)
})

const manifest = readFileSync(path.join(ROOT, 'package.json'), 'utf8')
const { repository } = JSON.parse(manifest) as { repository: string }
const whileUnset = repository === '' ? describe : describe.skip

whileUnset('while the root package.json names no repository', () => {
  it('a release stops and says so', () => {
    const release = path.join(ROOT, 'scripts/release.mjs')
    const { status, stderr } = spawnSync(process.execPath, [release], { encoding: 'utf8' })
    expect(stderr).toContain('set "repository" in the root package.json')
    expect(status).toBe(1)
  })
})

it('B57 the first page says that a package is packed once, and what to do after an update', () => {
  const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8').replaceAll(/\s+/g, ' ')
  expect(read('scripts/packages.mjs')).toContain('if (existsSync(tarball)) return')
  expect(read('README.md')).toContain('after an update of the repository, delete `~/packed` first')
})
