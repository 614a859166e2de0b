import { AffectFlags } from 'node-libvirt';
import { FIND_FUNCTION } from '../../matrix/making.js';
import { sh } from '../host-world.js';
import { definitions } from '../state.js';
import type { CrashPlan, Stage } from './plans.js';
import { inGuest, netdevOf, nicXml, put, takeAway } from './scenery.js';

const MAC = '52:54:00:c7:a5:02';
const ORPHAN_MAC = '52:54:00:c7:a5:03';
const READS = ['still-holds', 'cured'];

/** What `ghosts clean` plans, one of every kind of act: in a definition, on the host, in QEMU, in the guest. */
export function cleanPlans(domain: string): readonly CrashPlan[] {
  return [
    {
      ...base('config-only', 'definition-remove'),
      input: { domain, kind: 'config-only', nic: MAC, choose: '1', guest: 'none' },
      prepare: (stage) => halves(stage, { live: false, config: true }),
      side: async (stage) => ((await where(stage)).config ? 'before' : 'after'),
      clear: (stage) => halves(stage, { live: false, config: false }),
    },
    {
      ...base('live-only', 'definition-add'),
      input: { domain, kind: 'live-only', nic: MAC, choose: '1', guest: 'none' },
      prepare: (stage) => halves(stage, { live: true, config: false }),
      side: async (stage) => ((await where(stage)).config ? 'after' : 'before'),
      clear: (stage) => takeAway(stage, MAC),
    },
    {
      ...base('host-orphan, deleted', 'host-netdev-delete'),
      input: { kind: 'host-orphan', nic: 'vnet77', choose: '1', guest: 'none' },
      prepare: () => strayTap('vnet77'),
      side: () => sideOfTap('vnet77', 'gone'),
      clear: () => noTap('vnet77'),
    },
    {
      ...base('host-orphan, off the bridge', 'bridge-port-remove'),
      input: { kind: 'host-orphan', nic: 'other0', choose: '2', guest: 'none' },
      prepare: () => strayTap('other0'),
      side: () => sideOfTap('other0', 'off'),
      clear: () => noTap('other0'),
    },
    {
      ...base('qemu-orphan', 'monitor-device-del', 'monitor-netdev-del'),
      input: { domain, kind: 'qemu-orphan', nic: ORPHAN_MAC, choose: '1', guest: 'none', qemu: 'always' },
      undoable: (step) => step === 'still-holds',
      prepare: giveToQemu,
      side: sideOfQemu,
    },
    {
      ...base('guest-blind', 'guest-rescan'),
      input: { domain, kind: 'guest-blind', nic: MAC, choose: '1' },
      undoable: (step) => step === 'still-holds',
      prepare: async (stage) => {
        await put(stage, MAC);
        const { name, there } = await netdevOf(stage, MAC);
        if (there) await inGuest(stage, `${FIND_FUNCTION}; echo 1 > "$f/remove"`, name);
      },
      side: async (stage) => ((await netdevOf(stage, MAC)).there ? 'after' : 'before'),
      clear: (stage) => takeAway(stage, MAC),
    },
    {
      ...base('config-residue', 'guest-park-config'),
      input: { domain, kind: 'config-residue', nic: 'enp77s0', choose: '1' },
      prepare: async (stage) => {
        await inGuest(stage, `mkdir -p ${FOLDER}; rm -f ${FOLDER}/left ${FOLDER}/.left.*`);
        await inGuest(stage, `printf 'auto enp77s0\\niface enp77s0 inet dhcp\\n' > ${FOLDER}/left`);
      },
      side: async (stage) => {
        const files = await inGuest(stage, `ls -A ${FOLDER}`);
        const parked = /^\.left\.hotnic-parked-\w+$/m.test(files);
        const there = /^left$/m.test(files);
        return there === parked ? `there ${there}, parked ${parked}` : parked ? 'after' : 'before';
      },
      clear: async (stage) => {
        await inGuest(stage, `rm -f ${FOLDER}/left ${FOLDER}/.left.*`);
      },
    },
  ];
}

const FOLDER = '/etc/network/interfaces.d';

function base(name: string, ...acts: readonly string[]): Pick<CrashPlan, 'name' | 'operation' | 'steps'> {
  return { name: `clean of ${name}`, operation: 'clean', steps: [READS[0] ?? '', ...acts, READS[1] ?? ''] };
}

async function where({ connection, domain }: Stage): Promise<{ live: boolean; config: boolean }> {
  const { live, config } = await definitions(connection, domain);
  const has = (all: readonly string[]) => all.some((xml) => xml.includes(MAC));
  return { live: has(live), config: has(config) };
}

/** Past hotnic, one definition at a time: nothing is waited for that the case does not need. */
async function halves(stage: Stage, wanted: { live: boolean; config: boolean }): Promise<void> {
  const now = await where(stage);
  const handle = await stage.connection.domainLookupByName(stage.domain);
  if (now.live && !wanted.live) await takeAway(stage, MAC);
  else if (now.config && !wanted.config) await handle.detachDeviceFlags(nicXml(MAC), AffectFlags.CONFIG);
  const then = await where(stage);
  if (!then.live && wanted.live) await handle.attachDeviceFlags(nicXml(MAC), AffectFlags.LIVE);
  if (!then.config && wanted.config) await handle.attachDeviceFlags(nicXml(MAC), AffectFlags.CONFIG);
}

async function strayTap(name: string): Promise<void> {
  await noTap(name);
  sh(`ip tuntap add ${name} mode tap; ip link set ${name} mtu 1400 master virbr0 up`);
}

function noTap(name: string): Promise<void> {
  sh(`ip link del ${name} 2>/dev/null || true`);
  return Promise.resolve();
}

function onBridge(name: string): 'gone' | 'off' | 'on' {
  const text = sh(`ip -o link show dev ${name} 2>/dev/null || true`);
  if (text === '') return 'gone';
  return text.includes('master virbr0') && text.includes('mtu 1400') ? 'on' : 'off';
}

function sideOfTap(name: string, cured: 'gone' | 'off'): Promise<string> {
  const now = onBridge(name);
  return Promise.resolve(now === 'on' ? 'before' : now === cured ? 'after' : `${name} is ${now}`);
}

async function giveToQemu(stage: Stage): Promise<void> {
  const { device, backend } = await inQemu(stage);
  if (!backend) await monitor(stage, 'netdev_add', { type: 'user', id: 'crash-back0' });
  const nic = { driver: 'virtio-net-pci', id: 'crash-orphan0', netdev: 'crash-back0', mac: ORPHAN_MAC };
  if (!device) await monitor(stage, 'device_add', { ...nic, bus: 'pci.8' });
}

async function sideOfQemu(stage: Stage): Promise<string> {
  const { device, backend } = await inQemu(stage);
  if (device === backend) return device ? 'before' : 'after';
  return `device ${device ? 'there' : 'gone'}, backend ${backend ? 'there' : 'gone'}`;
}

async function inQemu(stage: Stage): Promise<{ device: boolean; backend: boolean }> {
  const devices = await monitor(stage, 'qom-list', { path: '/machine/peripheral' });
  const backends = await monitor(stage, 'qom-list', { path: '/objects' });
  const network = await monitor(stage, 'human-monitor-command', { 'command-line': 'info network' });
  return {
    device: devices.includes('crash-orphan0'),
    backend: network.includes('crash-back0') || backends.includes('crash-back0'),
  };
}

async function monitor({ connection, domain }: Stage, execute: string, args: object): Promise<string> {
  const handle = await connection.domainLookupByName(domain);
  return await handle.qemuMonitorCommand(JSON.stringify({ execute, arguments: args }));
}
