import { judgeBoot } from './boot-state.js';
import { malformed } from './malformed.js';
import { readIp } from './probe-addresses.js';
import { readClock } from './probe-clock.js';
import type { Bracket } from './probe-clock.js';
import { readConfigFiles } from './probe-config.js';
import { readUnbound } from './probe-drivers.js';
import { Facts, orNull, sysfsNumber } from './probe-facts.js';
import { PickedLines } from './probe-files.js';
import { readHolders } from './probe-holders.js';
import { readUnregisterWaits } from './probe-kernel-log.js';
import { readNamespaces } from './probe-namespaces.js';
import { readNetdevs, readUdevData } from './probe-netdevs.js';
import { readPci, readPciehpPorts, readSlots } from './probe-pci.js';
import { readProcNet } from './probe-proc-net.js';
import { sectionLines, splitSections } from './probe-sections.js';
import { readDefaultRoutes, readSession } from './probe-session.js';
import type { GuestProbe, Userland } from './probe-types.js';

/**
 * Reads the answer of the probe script; pure. `host` is this machine's clock before and after.
 * @throws HotnicError `guest-probe-malformed` for anything that is not exactly what the script prints
 */
export function parseProbe(answer: string, nonce: string, host: Bracket): GuestProbe {
  const sections = splitSections(answer, nonce);
  const lines = (name: string) => sectionLines(sections, name);
  const facts = new Facts(lines('begin'));
  const ip = sections.has('fib') ? readProcNet(lines('fib'), lines('if6')) : readIp(lines('links'));
  const files = new PickedLines(lines('files'));
  const netdevs = readNetdevs(lines('netdevs'), ip, readUdevData(files));
  return {
    kernel: required(facts, 'kernel'),
    machine: orNull(facts.one('machine')),
    hostname: facts.one('hostname'),
    bootId: orNull(facts.one('boot-id')),
    cmdline: facts.one('cmdline'),
    clock: readClock(facts, new Facts(lines('clock')), files.of('/proc/stat')[0], host),
    boot: judgeBoot(facts),
    userland: readUserland(facts),
    user: readUser(facts),
    udev: { running: files.of('/proc/net/unix').length > 0, queueEmpty: !facts.has('udev', 'busy') },
    kernelLog: {
      readable: facts.has('kernel-log', 'readable'),
      unregisterWaits: readUnregisterWaits(lines('log')),
    },
    pci: readPci(lines('pci'), netdevs),
    hotplug: {
      pciehpPorts: readPciehpPorts(lines('pciehp')),
      pciehp: facts.has('hotplug', 'pciehp'),
      acpiphp: facts.has('hotplug', 'acpiphp'),
      slots: readSlots(lines('slots')),
    },
    netdevs,
    defaultRouteNetdevs: readDefaultRoutes(
      [...files.of('/proc/net/route'), ...files.of('/proc/net/ipv6_route')],
      netdevs,
    ),
    session: readSession(facts.one('ssh'), netdevs),
    cloudInit: readCloudInit(facts),
    namedNetns: facts.all('netns'),
    namespaces: sections.has('netns') ? readNamespaces(lines('netns')) : null,
    unbound: readUnbound(lines('drivers'), facts.one('cmdline')),
    holders: sections.has('holders') ? readHolders(lines('holders'), orNull(facts.one('machine'))) : null,
    config: sections.has('config') ? readConfigFiles(lines('config')) : null,
    tookMs: host.receivedMs - host.sentMs,
  };
}

function required(facts: Facts, key: string): string {
  const value = facts.one(key);
  if (value === '') throw malformed(`"${key}" is empty`, '');
  return value;
}

function readUserland(facts: Facts): Userland {
  const has = (name: string) => facts.has('have', name);
  return {
    udevadm: has('udevadm'),
    ip: has('ip'),
    ethtool: has('ethtool'),
    dmesg: has('dmesg'),
    systemctl: has('systemctl'),
    busybox: has('busybox'),
  };
}

function readUser(facts: Facts): GuestProbe['user'] {
  const uid = sysfsNumber(facts.one('uid'));
  return { uid, root: uid === 0 ? 'already' : facts.has('sudo', 'yes') ? 'sudo' : 'no' };
}

function readCloudInit(facts: Facts): GuestProbe['cloudInit'] {
  const [state] = facts.all('cloud-init');
  return state === 'finished' || state === 'running' ? state : 'absent';
}
