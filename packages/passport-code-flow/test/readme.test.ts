import { readFileSync } from 'node:fs'
import path from 'node:path'
import { transformSync } from '@swc/core'
import * as example from '../../../examples/express/src/app'
import { compile, findPages, findReadmes, openDocument, ROOT } from './readme/document.js'
import { modules, type Scene, scenes } from './readme/scenes.js'

/** The pages whose programs run; those of the other pages only have to parse. */
const RUN = ['all-three', 'outcomes', 'providers/zalopay', 'testing-your-app'].map(
  (name) => `docs/${name}.md`,
)
const documents = [...findReadmes(), ...RUN].map(openDocument)

describe.each(documents.filter(({ blocks }) => blocks.length > 0))('$path', (document) => {
  const isTest = ({ source }: { source: string }) => /^it\(/m.test(source)
  // this repository does not install these, and only a file has `jest`: the matrix runs such a test
  const needsMock = ({ source }: { source: string }) => /'(nock|msw)'|jest\./.test(source)
  const tests = document.blocks.filter((block) => isTest(block) && !needsMock(block))
  // an example's own tests run its TypeScript
  const isScript = ({ file }: { file: string | undefined }) => file?.endsWith('.ts') !== true
  // the test of examples/express starts it
  const isServer = ({ file }: { file: string | undefined }) => file === 'server.js'
  const files = document.blocks.filter(
    (block) => block.file && !isTest(block) && isScript(block) && !isServer(block),
  )
  const snippets = document.blocks.filter((block) => !block.file && !isTest(block))

  // first, since they make the settings that the files read
  for (const block of tests)
    describe(`${block.title} passes`, () => {
      if (block.file) document.load(block.file)
      else document.start(block, modules[document.path])
    })

  for (const { title, file = '' } of files)
    it(`${title} runs`, () => expect(document.load(file)).toBeDefined())

  if (snippets.length > 0)
    describe('programs that are part of a larger one', () => {
      let scene: Scene
      beforeAll(async () => {
        const open = scenes[document.path]
        if (!open) throw new Error(`${document.path} has no scene: see readme/scenes.ts`)
        scene = await open(document)
      })
      afterAll(() => scene.close?.())

      it.each(snippets)('$title runs', async (block) => {
        await expect(document.run(block, scene.given)).resolves.toBeUndefined()
      })

      it('they have done what the text says', async () => {
        await expect(scene.check()).resolves.toBeUndefined()
      })
    })
})

const withUser = documents.flatMap(({ blocks }) =>
  blocks.filter(({ source }) => source.includes('Logged in: ${req.user.name}')),
)

it.each(withUser)('FR163 $title lets no cache keep the page with a user', async ({ source }) => {
  const home = /app\.get\('\/', (\(req, res\) => \{[^]*?\n\})\)/.exec(source)?.[1]
  expect(home).toMatch(/'Cache-Control', 'no-store'/)
})

const others = findPages().filter((name) => !RUN.includes(name))

it.each(others.flatMap((name) => openDocument(name).blocks))('$title compiles', (block) => {
  expect(compile(block)).not.toBe('')
})

it.each(['code-flow', 'monpay', 'zalopay-pkce', 'moneypools'])(
  'the README of passport-%s can be read in ten minutes: it has at most 2 000 words',
  (name) => {
    const { text } = openDocument(`packages/passport-${name}/README.md`)
    expect(text.trim().split(/\s+/).length).toBeLessThanOrEqual(2000)
  },
)

const translations = documents.filter(({ path: name }) => /README\.\w\w\.md$/.test(name))

it.each(translations)('$path has the programs of the English one, comments aside', (document) => {
  const english = openDocument(document.path.replace(/\.\w\w\.md$/, '.md'))
  const bare = ({ source }: { source: string }) => source.replaceAll(/\/\/ .*$/gm, '')
  expect(english.blocks.map(bare)).toEqual(expect.arrayContaining(document.blocks.map(bare)))
  expect(document.blocks.some(({ file }) => file === 'app.test.js')).toBe(true)
})

/** The first cells of a document's tables, without the heads. */
const firstCells = (text: string) =>
  [...text.matchAll(/(?<=\|\n)\| (`.*?) \|/g)].map(([, cell]) => cell)

it.each(translations)(
  '$path names each option, field and code of the English tables',
  (document) => {
    const english = openDocument(document.path.replace(/\.\w\w\.md$/, '.md'))
    const names = firstCells(english.text).flatMap((cell = '') => cell.match(/`\w+`/g) ?? [])
    expect(names.length).toBeGreaterThan(30)
    expect(names.filter((name) => !document.text.includes(name))).toEqual([])
  },
)

const allThree = openDocument('docs/all-three.md')
const blockOf = (name: string) => allThree.blocks.find(({ file }) => file === name)!

describe('docs/all-three.md has one test for both applications: it passes in TypeScript', () => {
  allThree.start(blockOf('app.test.js'), { './app': example })
})

it('docs/all-three.md says for lines that it has how an ES module writes them', () => {
  const { text, blocks } = allThree
  const table = /## ES modules\n(.*?)\n## /s.exec(text)?.[1] ?? ''
  const lines = [...table.matchAll(/^\| `(.*?)` \|/gm)].map(([, line = '']) => line)
  const sources = blocks.map(({ source }) => source.replaceAll(/\{ .*?(?=Strategy: MonPay)/g, '{ '))
  expect(lines.filter((line) => !sources.join('').includes(line))).toEqual(['npx jest'])
})

it.each(['app.ts', 'pages.ts', 'types.ts', 'user.d.ts', 'server.ts'])(
  'docs/all-three.md has %s word for word',
  (file) => {
    const source = readFileSync(path.join(ROOT, 'examples/express/src', file), 'utf8')
    expect(blockOf(file).source).toBe(`// ${file}\n${source}`)
  },
)

const frameworks = openDocument('docs/frameworks.md')

it.each([
  ['Fastify', 'fastify', ['app', 'passport', 'sessions', 'secure-sessions']],
  ['Koa', 'koa', ['app', 'passport', 'memory-store']],
  ['Nest', 'nestjs', ['app', 'login-guard', 'strategies']],
])('docs/frameworks.md has the %s example word for word', (section, folder, files) => {
  const shown = frameworks.blocks.filter(({ heading }) => heading === section)
  const written = files.map((name) => {
    const file = path.join(ROOT, 'examples', folder, 'src', `${name}.ts`)
    // the type is in `types.ts` of docs/all-three.md
    const source = readFileSync(file, 'utf8').replace(
      "from 'example-simulated'",
      "from './types.js'",
    )
    return `// ${name}.ts\n${source}`
  })
  expect(shown.map(({ source }) => source)).toEqual(written)
})

/** A program without its types, in one layout; CommonJS's words are those of an ES module. */
function withoutTypes(source: string): string {
  const code = source
    .replace(/^\/\/ \w+\.[jt]s\n/, '')
    .replaceAll(/^const (.+) = require\('(.+)'\)$/gm, (_line, names: string, from: string) => {
      return `import ${names.replaceAll(': ', ' as ')} from '${from}'`
    })
    .replace(/^module\.exports = .*$/m, '')
    .replaceAll(/^export | as const\b/gm, '')
    .replaceAll(/ from '(\..+)\.js'$/gm, " from '$1'")
  const parser = { syntax: 'typescript' } as const
  return transformSync(code, { jsc: { parser, target: 'es2022' }, module: { type: 'es6' } }).code
}

it.each(['app', 'pages', 'server'])(
  'docs/all-three.md has the same %s in JavaScript and in TypeScript, comments included',
  (name) => {
    const [js, ts] = ['js', 'ts'].map((end) => withoutTypes(blockOf(`${name}.${end}`).source))
    expect(js).toMatch(/createApp|page/)
    expect(js).toBe(ts)
  },
)

/** The options that a file's interface `name` declares. */
function optionsOf(file: string, name: string): string[] {
  const source = readFileSync(path.join(ROOT, file), 'utf8')
  const body = source.split(`export interface ${name} `)[1]?.split('\n}')[0] ?? ''
  return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, option = '']) => option)
}

const OPTIONS = 'packages/passport-code-flow/src/options.ts'
const shared = optionsOf(OPTIONS, 'BaseOptions')
const ofSites = optionsOf(OPTIONS, 'SiteOptions')

it.each([
  ['passport-code-flow', [], []],
  ['passport-monpay', [], ['pendingTTL', 'maxPending']],
  ['passport-zalopay-pkce', ofSites, []],
  ['passport-moneypools', ofSites, []],
])("%s's README has each option in its table, and no other one", (name, more, withoutEffect) => {
  const table = openDocument(`packages/${name}/README.md`).text.split('## Options')[1]
  const rows = table?.split('\n## ')[0]?.match(/^\| `[^|]+/gm) ?? []
  const named = rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map(([, option]) => option))
  const isCore = name === 'passport-code-flow'
  const own = isCore ? [] : optionsOf(`packages/${name}/src/provider.ts`, 'StrategyOptions')
  expect(new Set([...named, ...withoutEffect])).toEqual(new Set([...shared, ...more, ...own]))
  expect(named).toHaveLength(new Set(named).size)
})
