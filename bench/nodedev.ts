import { performance } from 'node:perf_hooks';
import { parseFunctions } from '../lib/hypervisor/pci/parse-functions.js';

// What sysfs prints of a machine with 200 NICs: 25 PFs with 7 VFs each, every one with a netdev and two addresses.
const PFS = 25;
const VFS = 7;
const ROUNDS = 50;

const lines: string[] = [];
const netdevs: object[] = [];
for (let pf = 0; pf < PFS; pf += 1) {
  const bus = (pf + 1).toString(16).padStart(2, '0');
  const port = `0000:00:${(pf + 2).toString(16).padStart(2, '0')}.0`;
  one(`0000:${bus}:00.0`, port, 'igb', 100 + pf * 8, ['sriov_totalvfs\t7']);
  for (let vf = 0; vf < VFS; vf += 1) {
    const address = `0000:${bus}:10.${vf}`;
    one(address, port, 'igbvf', 101 + pf * 8 + vf, []);
    lines.push(
      `link\t0000:${bus}:00.0/virtfn${vf}\t../${address}`,
      `link\t${address}/physfn\t../0000:${bus}:00.0`,
    );
  }
}
const text = `${lines.join('\n')}\nnetdevs\n${JSON.stringify(netdevs)}`;

function one(address: string, port: string, driver: string, group: number, more: readonly string[]): void {
  const name = `n${netdevs.length}`;
  lines.push(
    `at\t${address}\t../../../devices/pci0000:00/${port}/${address}`,
    `link\t${address}/driver\t../../../../bus/pci/drivers/${driver}`,
    `link\t${address}/iommu_group\t../../../../kernel/iommu_groups/${group}`,
    `there\t${address}/net/${name}`,
    `there\t${address}/reset`,
    ...[
      'class\t0x020000',
      'vendor\t0x8086',
      'device\t0x10c9',
      'numa_node\t0',
      'reset_method\tflr',
      ...more,
    ].map((file) => `file\t${address}/${file}`),
  );
  netdevs.push({
    ifindex: netdevs.length + 2,
    ifname: name,
    flags: ['BROADCAST', 'UP', 'LOWER_UP'],
    mtu: 1500,
    address: '52:54:00:00:00:01',
    addr_info: [
      { family: 'inet', local: '192.0.2.4', prefixlen: 24 },
      { family: 'inet6', local: 'fd00::4', prefixlen: 64 },
    ],
  });
}

// The first reading counts: a command reads once, with code that nothing has warmed.
const times: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const begun = performance.now();
  const { functions } = parseFunctions(text);
  times.push(performance.now() - begun);
  if (functions.length !== PFS * (VFS + 1)) throw new Error(`${functions.length} functions`);
}
const sorted = [...times].sort((a, b) => a - b);
const ms = (value = 0) => `${value.toFixed(1)} ms`;
console.log(
  `${PFS * (VFS + 1)} functions, ${text.length} bytes: first ${ms(times[0])}, median ${ms(sorted[ROUNDS / 2])}`,
);
