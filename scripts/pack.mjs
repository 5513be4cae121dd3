// Packs every published package into a folder: `node scripts/pack.mjs FOLDER`.
import { packAll } from './packages.mjs'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('name the folder for the packed packages')
for (const { tarball } of packAll(folder)) console.log(tarball)
