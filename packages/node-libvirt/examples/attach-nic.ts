// Attaches a NIC to a running domain and waits for the event.   node attach-nic.js URI DOMAIN [MAC]
import { AffectFlags, connect } from 'node-libvirt';

const [uri, name = 'guest', mac = '52:54:00:12:34:56'] = process.argv.slice(2);
await using connection = await connect(uri);
const domain = await connection.domainLookupByName(name);
// Listen first: the event may come before the call returns.
await using events = domain.events('device-added', { signal: AbortSignal.timeout(10_000) });
const nic = `<interface type='user'><mac address='${mac}'/><model type='virtio'/></interface>`;
await domain.attachDeviceFlags(nic, AffectFlags.LIVE, { timeoutMs: 10_000 });
for await (const { alias } of events) {
  console.log('attached as', alias);
  break;
}
