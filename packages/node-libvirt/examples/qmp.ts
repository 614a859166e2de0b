// Sends a QMP command to a domain's QEMU. It taints the domain.   node qmp.js URI DOMAIN [COMMAND]
import { connect } from 'node-libvirt';

const [uri, name = 'guest', execute = 'query-status'] = process.argv.slice(2);
await using connection = await connect(uri);
const domain = await connection.domainLookupByName(name);
const answer = await domain.qemuMonitorCommand(JSON.stringify({ execute }), { timeoutMs: 5000 });
console.log(JSON.stringify(JSON.parse(answer), null, 2));
