import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { holdNetdev } from '../support/hold-netdev.js';
import { hotnic } from '../support/hotnic.js';
import { libvirt, MACHINES, openGuestChannel } from '../support/lab.js';
import { answersAgain, assertNotDone, goneFromLive } from '../support/nic.js';
import { askedToGo, forcedNic, removed, withDomain, workingNic } from './making.js';
import { macs } from '../support/state.js';
import type { State } from './state.js';

/** Removals that the guest has not acknowledged. */
export const REQUESTS: readonly State[] = [
  ...MACHINES.map((domain): State => ({
    name: 'asked to go while the guest is paused',
    domain,
    async make() {
      const { mac } = await workingNic(domain);
      await withDomain(domain, (one) => one.suspend());
      await askedToGo(domain, mac);
      const resume = () => withDomain(domain, (one) => one.resume());
      return {
        truth: { [mac]: 'detach-pending' },
        cause: /paused/,
        // Whether the guest may run again is for a person to say.
        clean: { code: 4 },
        async byHand() {
          await resume();
          await using connection = await libvirt();
          await goneFromLive(connection, domain, mac, 20_000);
        },
        async unmake() {
          await resume().catch(() => undefined);
          await removed(domain, mac);
        },
      };
    },
  })),
  ...['lab-q35', 'lab-i440fx'].map((domain): State => ({
    name: 'asked to go during firmware: an ACPI slot loses the request',
    domain,
    async make() {
      const { mac } = await workingNic(domain);
      await withDomain(domain, (one) => one.reset());
      await sleep(300);
      await askedToGo(domain, mac, 2, '--guest-channel', 'none');
      await answersAgain(domain);
      // A request that comes when ACPI is just up is heard: which of the two it was is libvirt's to say.
      await using connection = await libvirt();
      const lost = (await macs(connection, domain)).live.includes(mac);
      return {
        truth: { [mac]: lost ? 'detach-pending' : 'config-only' },
        cause: lost ? /boot|lost/ : /half a detach/,
        clean: { options: ['--max-risk', 'data-path'], code: 0 },
        unmake: () => removed(domain, mac),
      };
    },
  })),
  {
    name: 'asked to go during firmware: a native slot remembers the request',
    domain: 'lab-q35-native',
    async make() {
      const { mac } = await workingNic(this.domain);
      await withDomain(this.domain, (one) => one.reset());
      await sleep(300);
      await askedToGo(this.domain, mac, 2, '--guest-channel', 'none');
      await answersAgain(this.domain);
      await sleep(8_000);
      return {
        truth: { [mac]: 'config-only' },
        cause: /detach/,
        clean: { code: 0 },
        unmake: () => removed(this.domain, mac),
      };
    },
  },
  {
    name: 'asked to go, the guest has crashed',
    domain: 'ghost-crashed',
    guest: { machine: 'q35', kernelArgs: ['panic=0'] },
    async make() {
      const { mac } = await workingNic(this.domain);
      await using channel = await openGuestChannel(this.domain);
      const crash = 'echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger';
      await channel.run(['sh', '-c', crash], { timeoutMs: 3_000 }).catch(() => undefined);
      await using connection = await libvirt();
      const asked = await hotnic('detach', this.domain, mac);
      await assertNotDone(connection, this.domain, mac, asked, 1, /root@127\.0\.0\.1/);
      assert.match(asked.stderr, /next: /);
      await askedToGo(this.domain, mac, 6, '--guest-channel', 'none');
      return {
        truth: { [mac]: 'detach-pending' },
        cause: /guest/,
        // Asking again (1) and cutting it off (2) leave it pending.
        clean: { options: ['--max-risk', 'guest-reset', '--choose', '3'], code: 0 },
        unmake: () => Promise.resolve(),
      };
    },
  },
  ...MACHINES.map((domain): State => ({
    name: 'a process in the guest holds the netdev; a second NIC is attached behind it',
    domain,
    async make() {
      const { mac, guestName } = await workingNic(domain);
      const release = await holdNetdev(domain, guestName);
      await using connection = await libvirt();
      // The kernel says it every 10 s; a native slot starts 5 s late.
      const stuck = await hotnic('detach', domain, mac, '--timeout', '30');
      await assertNotDone(connection, domain, mac, stuck, 3, /unregister-stuck/);
      assert.match(stuck.stdout, /waiting for .* to become free/);
      const refused = await hotnic('attach', domain, '--network', 'default', '--timeout', '10');
      assert.equal(refused.code, 1, refused.stderr + refused.stdout);
      assert.match(refused.stderr, /unregister_netdevice|holds|let go/);
      const behind = await forcedNic(domain);
      return {
        truth: { [mac]: 'unregister-stuck', [behind]: 'guest-blind' },
        cause: /holds|reference|behind/,
        clean: { options: ['--max-risk', 'data-path', '--release-holders'], code: 0 },
        async unmake() {
          await release().catch(() => undefined);
          await removed(domain, behind);
          await removed(domain, mac);
        },
      };
    },
  })),
];
