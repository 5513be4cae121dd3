// The Express application of the matrix as one file, made by every bundler.
import { createRequire } from 'node:module'
import { writeFileSync } from 'node:fs'
import commonjs from '@rollup/plugin-commonjs'
import json from '@rollup/plugin-json'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import ncc from '@vercel/ncc'
import { build } from 'esbuild'
import { rollup } from 'rollup'
import * as vite from 'vite'
import webpack from 'webpack'

const entry = createRequire(import.meta.url).resolve('./bundled.cjs')
const folder = `${import.meta.dirname}/bundles`
/** Not in the bundles of Rollup and Vite: the other packages of an application. */
const external = ['express', 'express-session', 'passport']
// CommonJS packages in an ES module need a `require`: this line makes one
const banner =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"

const options = {
  entryPoints: [entry],
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'error',
}
const BUNDLERS = {
  esbuild: async () => {
    await build({ ...options, outfile: `${folder}/esbuild.cjs` })
    const esm = { format: 'esm', banner: { js: banner } }
    await build({ ...options, ...esm, outfile: `${folder}/esbuild.mjs` })
  },
  async rollup() {
    const plugins = [
      nodeResolve({ preferBuiltins: true }),
      json(),
      commonjs({ ignoreDynamicRequires: true }),
    ]
    const rolled = await rollup({ input: entry, external, plugins, onwarn: () => {} })
    await rolled.write({ file: `${folder}/rollup.mjs`, format: 'es', banner })
  },
  vite: () =>
    vite.build({
      configFile: false,
      logLevel: 'error',
      root: import.meta.dirname,
      ssr: { noExternal: true, external },
      build: {
        ssr: entry,
        outDir: `${folder}/vite`,
        minify: true,
        rollupOptions: { output: { entryFileNames: 'app.mjs', banner } },
        commonjsOptions: { include: [/./], ignoreDynamicRequires: true },
      },
    }),
  webpack: () =>
    new Promise((resolve, reject) => {
      const output = { path: folder, filename: 'webpack.cjs', library: { type: 'commonjs2' } }
      const given = { entry, output, target: 'node20', mode: 'production', devtool: false }
      webpack(given, (error, stats) => {
        if (error || stats.hasErrors()) reject(error ?? new Error(stats.toString('errors-only')))
        else resolve()
      })
    }),
  async ncc() {
    const { code } = await ncc(entry, { minify: true, quiet: true, cache: false })
    writeFileSync(`${folder}/ncc.cjs`, code)
  },
}

// a missing bundle makes its own rows fail
for (const [name, make] of Object.entries(BUNDLERS))
  await make().catch((error) => console.error(`${name}: ${error.message}`))
