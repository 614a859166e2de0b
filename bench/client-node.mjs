// One round of bench/client.ts, node-libvirt's side, as it is built (npm run build): prints milliseconds (memory: KiB) as JSON.
import { XMLParser } from 'fast-xml-parser';

const [uri = ''] = process.argv.slice(2);
const importing = performance.now();
const { connect } = await import('node-libvirt');
const imported = performance.now() - importing;

const opening = performance.now();
const connection = await connect(uri, { timeoutMs: 120_000 });
const open = performance.now() - opening;
const domain = await connection.domainLookupByName('test');
await domain.getXMLDesc();
const sequential = await timed(async () => {
  for (let read = 0; read < 1000; read += 1) await domain.getXMLDesc();
});
const pipelined = await timed(async () => {
  await Promise.all(Array.from({ length: 1000 }, () => domain.getXMLDesc()));
});
let found = 0;
const nics = await timed(async () => {
  const parser = new XMLParser({ ignoreAttributes: false });
  const domains = await connection.listAllDomains();
  const texts = await Promise.all(domains.map((one) => one.getXMLDesc()));
  for (const text of texts) {
    const tree = parser.parse(text);
    found += [tree.domain.devices?.interface ?? []].flat().length;
  }
});
if (found < 4000) throw new Error(`${found} NICs were found`);
process.stdout.write(
  JSON.stringify({ open, sequential, pipelined, nics, import: imported, memory: await idle() }),
);
await connection.close();

async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** KiB of heap that an idle connection holds: what ten of them make, divided. */
async function idle() {
  const { gc } = globalThis;
  gc?.();
  const before = process.memoryUsage().heapUsed;
  const all = await Promise.all(Array.from({ length: 10 }, () => connect(uri)));
  gc?.();
  const each = (process.memoryUsage().heapUsed - before) / all.length / 1024;
  await Promise.all(all.map((one) => one.close()));
  return each;
}
