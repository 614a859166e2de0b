// Opens a daemon on another machine through SSH; needs the package ssh2.
//   node remote-ssh.js qemu+ssh://root@host/system
import { connect, SshError } from 'node-libvirt';

const [uri = 'qemu+ssh://root@localhost/system'] = process.argv.slice(2);
try {
  await using connection = await connect(uri, { keepAlive: { intervalMs: 5000, count: 5 } });
  const version = await connection.getLibVersion();
  console.log(await connection.getHostname(), `libvirt ${Math.floor(version / 1_000_000)}`);
} catch (error) {
  if (!(error instanceof SshError)) throw error;
  console.error(`${error.reason}: ${error.message}`);
  process.exitCode = 1;
}
