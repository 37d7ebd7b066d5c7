// Builds one style sheet, one script, the fonts and a sprite of the icons used, with content hashes in
// their names, and writes manifest.json ({"capofila.css": "capofila-AB12CD34.css", …}) last.
// Run by consortium/web/assets.py: node build.mjs OUTPUT_FOLDER
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const modules = path.resolve(here, '../../../node_modules')
const load = createRequire(path.join(modules, 'package.json'))
const esbuild = load('esbuild')
const sass = load('sass')

// Bootstrap Italia 2 is written with @import and global functions; Dart Sass warns of each until it drops them.
const silenced = ['import', 'global-builtin', 'color-functions', 'if-function', 'mixed-decls']

const scss = {
  name: 'scss',
  setup(build) {
    build.onLoad({ filter: /\.scss$/ }, ({ path: file }) => {
      const { css } = sass.compile(file, {
        loadPaths: [modules],
        quietDeps: true,
        silenceDeprecations: silenced,
        logger: sass.Logger.silent,
      })
      return { contents: css, loader: 'css', resolveDir: modules }
    })
  },
}

async function bundle(output) {
  const result = await esbuild.build({
    entryPoints: { capofila: path.join(here, 'js/capofila.js'), style: path.join(here, 'scss/capofila.scss') },
    outdir: output,
    bundle: true,
    minify: true,
    metafile: true,
    legalComments: 'linked',
    format: 'iife',
    target: ['es2020', 'chrome100', 'firefox100', 'safari15.4'],
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    loader: { '.woff2': 'file' },
    nodePaths: [modules],
    plugins: [scss],
    logLevel: 'warning',
  })
  return Object.entries(result.metafile.outputs).map(([file, { entryPoint }]) => ({
    file: path.basename(file),
    name: entryPoint ? { '.js': 'capofila.js', '.css': 'capofila.css' }[path.extname(file)] : null,
  }))
}

async function sprite(output) {
  const wanted = JSON.parse(await readFile(path.join(here, 'icons.json'), 'utf8'))
  const whole = await readFile(path.join(modules, 'bootstrap-italia/dist/svg/sprites.svg'), 'utf8')
  const symbols = wanted.map((id) => {
    const found = whole.match(new RegExp(`<symbol[^>]*id="${id}"[^>]*>.*?</symbol>`, 's'))
    if (!found) throw new Error(`icons.json names ${id}, which Bootstrap Italia's sprite does not have`)
    return found[0]
  })
  const text = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase()
  await writeFile(path.join(output, `sprite-${hash}.svg`), text)
  return { file: `sprite-${hash}.svg`, name: 'sprite.svg' }
}

async function sweep(output, kept) {
  const stale = (await readdir(output)).filter((file) => !kept.has(file) && !file.startsWith('.'))
  await Promise.all(stale.map((file) => rm(path.join(output, file), { recursive: true })))
}

const output = path.resolve(process.argv[2])
await mkdir(output, { recursive: true })
const made = [...(await bundle(output)), await sprite(output)]
const manifest = Object.fromEntries(made.filter(({ name }) => name).map(({ name, file }) => [name, file]))
await sweep(output, new Set(made.map(({ file }) => file)))
await writeFile(path.join(output, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n')
