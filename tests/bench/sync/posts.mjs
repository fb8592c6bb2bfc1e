// One POST a record, as form servers take them, on one connection that is kept; and whole files by PUT.
//   posts.mjs serve ADDRESS PORT           GET /count: records there; GET /size: bytes of the last whole file
//   posts.mjs send FILE.jsonl URL          a record a line, each until it is answered
import fs from 'node:fs';
import http from 'node:http';
import { setTimeout as rest } from 'node:timers/promises';

const STALL_MS = 8000; // as ours gives up on a silent line

function body(message) {
    return new Promise((resolve, reject) => {
        const parts = [];
        message.on('data', (part) => parts.push(part));
        message.on('end', () => resolve(Buffer.concat(parts)));
        message.on('error', reject);
        message.on('aborted', () => reject(new Error('cut off')));
    });
}

function serve(address, port) {
    const records = new Set();
    let size = 0;
    const take = async (request, response) => {
        const bytes = await body(request);
        if (request.method === 'POST')
            records.add(request.url);
        if (request.method === 'PUT')
            size = bytes.length;
        const asked = { '/count': records.size, '/size': size }[request.url];
        response.writeHead(asked === undefined ? 204 : 200);
        response.end(asked === undefined ? undefined : `${asked}\n`);
    };
    const server = http.createServer((request, response) => take(request, response).catch(() => response.destroy()));
    server.keepAliveTimeout = 120000;
    server.requestTimeout = 0;
    server.headersTimeout = 600000;
    server.listen(Number(port), address, () => console.log('listening'));
}

function post(agent, url, text) {
    return new Promise((resolve, reject) => {
        const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
        const request = http.request(url, { method: 'POST', agent, headers, timeout: STALL_MS });
        request.on('timeout', () => request.destroy(new Error('silent')));
        request.on('error', reject);
        request.on('response', (response) => body(response).then(resolve, reject));
        request.end(text);
    });
}

async function send(file, url) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const lines = fs.readFileSync(file, 'utf8').trim().split('\n');
    for (let i = 0; i < lines.length; ) {
        try {
            await post(agent, `${url}/record/${i + 1}`, lines[i]);
            i++;
        } catch (e) {
            console.error(`${i + 1}: ${e.message}`);
            await rest(500);
        }
    }
    process.exit(0);
}

const [what, ...args] = process.argv.slice(2);
await { serve, send }[what](...args);
