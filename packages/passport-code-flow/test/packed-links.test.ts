import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
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

it('B57 a package that is packed again after a change has the change, and the older file is gone', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'packed-again-'))
  const write = (file: string, text: string) => writeFileSync(path.join(folder, file), text)
  const pack = (version: string, text: string) => {
    write('packages/small/package.json', JSON.stringify({ name: 'small', version, files: ['*'] }))
    write('packages/small/index.js', text)
    spawnSync(process.execPath, ['scripts/pack.mjs', 'packed'], { cwd: folder })
    return readdirSync(path.join(folder, 'packed'))
  }
  try {
    cpSync(path.join(ROOT, 'scripts'), path.join(folder, 'scripts'), { recursive: true })
    mkdirSync(path.join(folder, 'packages/small'), { recursive: true })
    write('package.json', manifest)
    expect(pack('1.0.0', 'before')).toEqual(['small-1.0.0.tgz'])
    expect(pack('1.0.0', 'after')).toEqual(['small-1.0.0.tgz'])
    const tar = ['-xzOf', 'packed/small-1.0.0.tgz', 'package/index.js']
    expect(spawnSync('tar', tar, { cwd: folder, encoding: 'utf8' }).stdout).toBe('after')
    expect(pack('1.1.0', 'later')).toEqual(['small-1.1.0.tgz'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
