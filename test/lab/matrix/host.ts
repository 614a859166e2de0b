import { execFileSync } from 'node:child_process';
import { MACHINES } from '../support/lab.js';
import { inGuestShell, removed, workingNic } from './making.js';
import type { State } from './state.js';

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** States of the hypervisor's own kernel and DHCP. */
export const HOST: readonly State[] = [
  ...MACHINES.map((domain): State => ({
    name: 'its tap was deleted',
    domain,
    async make() {
      const { mac, target } = await workingNic(domain);
      ip('link', 'del', target);
      return {
        truth: { [mac]: 'host-missing' },
        cause: /tap|deleted/,
        clean: { options: ['--max-risk', 'data-path'], code: 0 },
        unmake: () => removed(domain, mac),
      };
    },
  })),
  {
    name: 'a tap and a bridge port that nobody owns',
    domain: '--all',
    make() {
      ip('tuntap', 'add', 'dev', 'vnet77', 'mode', 'tap');
      ip('link', 'set', 'vnet77', 'master', 'virbr0');
      return Promise.resolve({
        truth: { vnet77: 'host-orphan' },
        cause: /no domain|QEMU/,
        clean: { code: 0 },
        unmake: () => {
          try {
            ip('link', 'del', 'vnet77');
          } catch {
            // The cure has deleted it.
          }
          return Promise.resolve();
        },
      });
    },
  },
  {
    name: 'a macvtap that nobody owns',
    domain: '--all',
    make() {
      ip('link', 'add', 'ghost-lower', 'type', 'veth', 'peer', 'name', 'ghost-lower-p');
      ip('link', 'add', 'link', 'ghost-lower', 'name', 'macvtap77', 'type', 'macvtap');
      return Promise.resolve({
        truth: { macvtap77: 'host-orphan' },
        cause: /no domain|QEMU/,
        clean: { code: 0 },
        unmake: () => {
          ip('link', 'del', 'ghost-lower');
          return Promise.resolve();
        },
      });
    },
  },
  {
    name: 'a neighbour entry gives the address to another MAC',
    domain: 'lab-q35',
    async make() {
      const { mac, guestName } = await workingNic(this.domain);
      const address = '192.168.122.200';
      const up = 'ip addr add "$2/24" dev "$1"; ip link set "$1" up';
      await inGuestShell(this.domain, up, guestName, address);
      const entry = [address, 'lladdr', '52:54:00:99:99:99', 'dev', 'virbr0', 'nud', 'permanent'];
      ip('neigh', 'replace', ...entry);
      return {
        truth: { [mac]: 'lease-conflict' },
        cause: /neighbour|stale/,
        clean: { code: 0 },
        unmake: () => removed(this.domain, mac),
      };
    },
  },
];
