// Tells of every device that comes and goes, in all domains, over a connection that is made again when it is lost.
//   node watch-devices.js [URI] [HOW MANY EVENTS]
import { connect } from 'node-libvirt';

const [uri, count = 'Infinity'] = process.argv.slice(2);
await using connection = await connect(uri, { reconnect: true, keepAlive: { intervalMs: 5000, count: 5 } });
const onMissed = (): void => {
  console.log('the connection was lost for a while: read the definitions again');
};
let left = Number(count);
const stop = new AbortController();
const tell = (text: string): void => {
  console.log(text);
  left -= 1;
  if (left <= 0) stop.abort();
};
await connection.onDomainEvent(
  'device-added',
  ({ domain, alias }) => {
    tell(`${domain.name}: ${alias} came`);
  },
  {
    onMissed,
  },
);
await connection.onDomainEvent(
  'device-removed',
  ({ domain, alias }) => {
    tell(`${domain.name}: ${alias} went`);
  },
  {
    onMissed,
  },
);
console.log('watching');
await new Promise((resolve) => {
  stop.signal.addEventListener('abort', resolve);
});
