import { hotnic } from '../support/hotnic.js';
import { answersAgain } from '../support/nic.js';
import { askedToGo, forcedNic, removed, withDomain } from './making.js';
import type { State } from './state.js';

const RESET = ['--max-risk', 'guest-reset'];

/** Guests without a hot-plug driver. */
export const DEAF: readonly State[] = [
  {
    name: 'attached to a guest without acpiphp',
    domain: 'ghost-deaf-a',
    guest: { machine: 'q35', kernelArgs: ['acpiphp.disable=1'] },
    async make() {
      const mac = await forcedNic(this.domain);
      return {
        truth: { [mac]: 'guest-blind' },
        cause: /hot-plug driver|acpiphp/,
        clean: { code: 0 },
        unmake: () => Promise.resolve(),
      };
    },
  },
  {
    name: 'asked to go in a guest without acpiphp',
    domain: 'ghost-deaf-b',
    guest: { machine: 'q35', kernelArgs: ['acpiphp.disable=1'] },
    async make() {
      const mac = await forcedNic(this.domain);
      await askedToGo(this.domain, mac);
      return {
        truth: { [mac]: 'detach-pending' },
        cause: /hot-plug driver|acpiphp/,
        clean: { options: [...RESET, '--choose', '2'], code: 0 },
        unmake: () => Promise.resolve(),
      };
    },
  },
  {
    name: 'attached to a guest without pciehp',
    domain: 'ghost-deaf-c',
    guest: { machine: 'q35-native', kernelArgs: ['pcie_ports=compat'] },
    async make() {
      const mac = await forcedNic(this.domain);
      return {
        truth: { [mac]: 'guest-blind' },
        cause: /hot-plug driver|pciehp/,
        clean: { options: RESET, code: 0 },
        unmake: () => Promise.resolve(),
      };
    },
  },
  {
    name: 'asked to go in a guest without pciehp, which survives a reset',
    domain: 'ghost-deaf-d',
    guest: { machine: 'q35-native', kernelArgs: ['pcie_ports=compat'] },
    async make() {
      const mac = await forcedNic(this.domain);
      await withDomain(this.domain, (one) => one.reset());
      await answersAgain(this.domain);
      await askedToGo(this.domain, mac);
      return {
        truth: { [mac]: 'detach-pending' },
        cause: /hot-plug driver|pciehp/,
        clean: { options: RESET, code: 3 },
        byHand: async () => {
          await withDomain(this.domain, (one) => one.destroy());
          const ended = await hotnic('detach', this.domain, mac);
          if (ended.code !== 0) throw new Error(ended.stderr + ended.stdout);
        },
        unmake: () => removed(this.domain, mac),
      };
    },
  },
];
