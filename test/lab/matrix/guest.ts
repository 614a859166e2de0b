import { inGuest, openGuestChannel } from '../support/lab.js';
import { goneFromLive } from '../support/nic.js';
import { libvirt } from '../support/lab.js';
import { FIND_FUNCTION, inGuestShell, removed, workingNic } from './making.js';
import type { State } from './state.js';

/** States that come about inside the guest. */
export const GUEST: readonly State[] = [
  ...['lab-q35', 'lab-i440fx'].map((domain): State => ({
    name: 'removed by the guest alone',
    domain,
    async make() {
      const { mac, guestName } = await workingNic(domain);
      await inGuestShell(domain, `${FIND_FUNCTION}; echo 1 > "$f/remove"`, guestName);
      return {
        truth: { [mac]: 'guest-blind' },
        cause: /guest/,
        clean: { code: 0 },
        unmake: () => removed(domain, mac),
      };
    },
  })),
  {
    name: 'the guest has switched the slot off',
    domain: 'lab-q35-native',
    async make() {
      const { mac, guestName } = await workingNic(this.domain);
      const off = `${FIND_FUNCTION}; a=\${f##*/}; for s in /sys/bus/pci/slots/*; do read x < $s/address; [ "$x" = "\${a%.*}" ] && echo 0 > $s/power; done; true`;
      await inGuestShell(this.domain, off, guestName);
      await using connection = await libvirt();
      await goneFromLive(connection, this.domain, mac, 20_000);
      return {
        truth: { [mac]: 'config-only' },
        cause: /detach|guest/,
        clean: { options: ['--choose', '1'], code: 0 },
        unmake: () => removed(this.domain, mac),
      };
    },
  },
  {
    name: 'its driver was unbound',
    domain: 'lab-q35',
    async make() {
      const { mac, guestName } = await workingNic(this.domain);
      const unbind = `${FIND_FUNCTION}; echo "\${f##*/}" > "$f/driver/unbind"`;
      await inGuestShell(this.domain, unbind, guestName);
      return {
        truth: { [mac]: 'driverless' },
        cause: /unbound|driver/,
        clean: { code: 0 },
        unmake: () => removed(this.domain, mac),
      };
    },
  },
  {
    name: 'an e1000e in a guest whose driver is blacklisted',
    domain: 'ghost-blacklist',
    guest: { machine: 'q35', kernel: 'full', kernelArgs: ['modprobe.blacklist=e1000e'] },
    async make() {
      const { hotnic } = await import('../support/hotnic.js');
      const options = ['--network', 'default', '--model', 'e1000e', '--force', '--keep'];
      const ended = await hotnic('attach', this.domain, ...options, '--timeout', '15', '--json');
      if (ended.code !== 3) throw new Error(ended.stderr + ended.stdout);
      const { mac } = ended.json as { mac: string };
      return {
        truth: { [mac]: 'driverless' },
        cause: /blacklist/,
        clean: { code: 0 },
        unmake: () => Promise.resolve(),
      };
    },
  },
  {
    name: 'files in the guest name a NIC that is nowhere',
    domain: 'lab-i440fx',
    async make() {
      await using channel = await openGuestChannel(this.domain);
      await inGuest(this.domain, 'mkdir', '-p', '/etc/network/interfaces.d', '/etc/netplan');
      const stanza = 'auto enp77s0\niface enp77s0 inet dhcp\n';
      await channel.writeFile('/etc/network/interfaces.d/left', stanza);
      const plan =
        'network:\n  version: 2\n  ethernets:\n    left:\n      match: {macaddress: "52:54:00:77:77:77"}\n      dhcp4: true\n';
      await channel.writeFile('/etc/netplan/60-left.yaml', plan, { mode: 0o600 });
      return {
        truth: { enp77s0: 'config-residue', '52:54:00:77:77:77': 'config-residue' },
        cause: /left|files/,
        clean: { code: 0 },
        unmake: async () => {
          await inGuestShell(this.domain, 'rm -rf /etc/network/interfaces.d/* /etc/netplan');
        },
      };
    },
  },
];
