// PouchDB as a peer of the benchmark: a client and an express-pouchdb server, both on LevelDB.
//
//   node peer.mjs seed DIR WORKLOAD            every change of every record
//   node peer.mjs server DIR WORKLOAD PORT KEY edits of the workload under KEY first, or none
//   node peer.mjs client DIR WORKLOAD PORT KEY KEY: edits first, new records first, or none; syncs at a line of standard input
//   node peer.mjs digest DIR
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline/promises'

const require = createRequire(import.meta.url)
const PouchDB = require('pouchdb')
const [, , mode, dir, file, port, key] = process.argv
const workload = file ? JSON.parse(readFileSync(file, 'utf8')) : {}
const say = (what) => console.log(JSON.stringify(what))

function open() {
  mkdirSync(dir, { recursive: true })
  const Here = PouchDB.defaults({ prefix: dir + '/' })
  return [Here, new Here('grid')]
}

const first = ({ id, kind, init, log }) => ({ _id: id, kind, ...init, ...(log ? { log: [log] } : {}) })

function changed(doc, { set, log }) {
  return { ...doc, ...set, ...(log ? { log: [...doc.log, log] } : {}) }
}

async function write(db, docs) {
  const answers = await db.bulkDocs(docs)
  for (const answer of answers) if (answer.error) throw answer
  return answers
}

async function act(db, acts) {
  const fresh = acts.filter(({ init }) => init).map(first)
  if (fresh.length) await write(db, fresh)
  const edits = acts.filter(({ set }) => set)
  if (!edits.length) return
  const keys = edits.map(({ doc }) => workload.docs[doc].id)
  const { rows } = await db.allDocs({ keys, include_docs: true })
  await write(db, rows.map(({ doc }, at) => changed(doc, edits[at])))
}

async function seed() {
  const [, db] = open()
  let docs = workload.docs.map(first)
  for (let round = 0; ; round++) {
    const answers = await write(db, docs)
    docs = docs.map((doc, at) => ({ ...doc, _rev: answers[at].rev }))
    const more = workload.docs[0].changes.length > round
    if (!more) break
    docs = docs.map((doc, at) => changed(doc, workload.docs[at].changes[round]))
  }
  await db.close()
}

async function digest() {
  const [, db] = open()
  const { rows } = await db.allDocs({ conflicts: true, include_docs: true })
  const hash = createHash('sha256')
  for (const { id, value, doc } of rows) hash.update(id + value.rev + (doc._conflicts ?? []).sort().join())
  say({ digest: hash.digest('hex'), records: rows.length })
  await db.close()
}

async function serve() {
  const [Here, db] = open()
  await act(db, workload[key] ?? [])
  const app = require('express')()
  const options = { mode: 'minimumForPouchDB', configPath: join(dir, 'config.json'), logPath: join(dir, 'log.txt') }
  app.use('/', require('express-pouchdb')(Here, options))
  app.listen(Number(port), '127.0.0.1', () => say({ ready: true }))
  process.on('SIGTERM', async () => {
    await db.close()
    process.exit(0)
  })
}

async function sync() {
  const [, db] = open()
  await db.info()
  await act(db, workload[key] ?? [])
  const lines = createInterface({ input: process.stdin })
  say({ ready: true })
  await lines[Symbol.asyncIterator]().next()
  const before = process.cpuUsage()
  const begun = performance.now()
  const done = await db.sync(`http://127.0.0.1:${port}/grid`)
  const seconds = (performance.now() - begun) / 1000
  const { user, system } = process.cpuUsage(before)
  const errors = done.pull.errors.length + done.push.errors.length
  say({ seconds, cpu_seconds: (user + system) / 1e6, sent: done.push.docs_written, received: done.pull.docs_written, errors })
  await db.close()
  process.exit(0)
}

await { seed, digest, server: serve, client: sync }[mode]()
