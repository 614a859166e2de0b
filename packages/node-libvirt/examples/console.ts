// Streams a domain's console to the terminal, and back.   node console.js URI DOMAIN
import { pipeline } from 'node:stream/promises';
import { connect } from 'node-libvirt';

const [uri, name = 'guest'] = process.argv.slice(2);
await using connection = await connect(uri);
const domain = await connection.domainLookupByName(name);
const args = { dom: domain.ref, devName: null, flags: 0 };
const { stream } = await connection.openStream('domainOpenConsole', args);
process.stdin.on('data', (chunk: Buffer) => stream.write(chunk));
await pipeline(stream, process.stdout, { end: false });
