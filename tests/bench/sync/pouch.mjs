// PouchDB as a peer of tests/bench/sync: a CouchDB-protocol hub, and a village that replicates to it.
//   pouch.mjs serve ADDRESS PORT           pouch.mjs count URL (documents there, on standard output)
//   pouch.mjs send FILE.jsonl URL BATCH    a document a line; tries again until all is there
// Packages are found below $SYNC_NODE.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as rest } from 'node:timers/promises';

const require = createRequire(`${process.env.SYNC_NODE}/`);
const PouchDB = require('pouchdb-core');
for (const part of ['adapter-memory', 'adapter-http', 'mapreduce', 'replication'])
    PouchDB.plugin(require(`pouchdb-${part}`));

async function serve(address, port) {
    const Memory = PouchDB.defaults({ adapter: 'memory' });
    await new Memory('village').info();
    const app = require('express')();
    app.use(require('express-pouchdb')(Memory, { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: '/dev/null' }));
    const server = app.listen(Number(port), address, () => console.log('listening'));
    server.keepAliveTimeout = 120000;
    server.requestTimeout = 0; // a slow link is no attack
    server.headersTimeout = 600000;
}

async function load(file) {
    const db = new PouchDB('village', { adapter: 'memory' });
    const lines = fs.readFileSync(file, 'utf8').trim().split('\n');
    const docs = lines.map((line, i) => ({ _id: String(i + 1).padStart(6, '0'), ...JSON.parse(line) }));
    for (let i = 0; i < docs.length; i += 500)
        await db.bulkDocs(docs.slice(i, i + 500));
    return db;
}

async function send(file, url, batch) {
    const db = await load(file);
    for (let tries = 1; ; tries++) {
        try {
            await db.replicate.to(url, { batch_size: Number(batch) });
            process.exit(0);
        } catch (e) {
            console.error(`try ${tries}: ${e.message ?? e}`);
            await rest(Math.min(8000, 500 * 2 ** Math.min(tries, 4)));
        }
    }
}

async function count(url) {
    console.log((await (await fetch(url)).json()).doc_count);
}

const [what, ...args] = process.argv.slice(2);
await { serve, send, count }[what](...args);
