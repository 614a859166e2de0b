import { usageError } from '../errors/hotnic-error.js';
import type { VfRequest } from '../operations/passthrough/prepare-vf.js';
import { checkVfSettings, readVfCount } from '../operations/passthrough/wish.js';
import type { InterfaceSpec } from '../xml/interface-spec.js';
import type { OptionSpec, ParsedArgs } from './command.js';

/** How `attach` is told what a VF shall be like on its PF. */
export const VF_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  'create-vfs': {
    type: 'string',
    placeholder: 'COUNT',
    describe: 'with --vf: make so many VFs first; never while some of them are in use',
  },
  'spoof-check': {
    type: 'string',
    placeholder: 'on|off',
    choices: ['on', 'off'],
    describe: 'of a VF: drop what it sends with another MAC than its own',
  },
  trust: {
    type: 'string',
    placeholder: 'on|off',
    choices: ['on', 'off'],
    describe: 'of a VF: let the guest change its MAC and see all packets',
  },
  rate: { type: 'string', placeholder: 'MAX[:MIN]', describe: 'of a VF: what it may send, in Mbit/s' },
  'vf-link': {
    type: 'string',
    placeholder: 'STATE',
    choices: ['auto', 'enable', 'disable'],
    describe: 'of a VF: its link as the PF gives it',
  },
  'failover-vf': {
    type: 'string',
    placeholder: 'PF[:N]',
    describe: 'beside --network or --bridge: a VF with the same MAC, as a failover pair',
  },
  'failover-of': {
    type: 'string',
    placeholder: 'ALIAS',
    describe: 'with --vf: make a failover pair with this virtio NIC again',
  },
  'whole-group': {
    type: 'boolean',
    describe: 'with --hostdev: take the others of its IOMMU group from the host too',
  },
};

/**
 * What was typed of them.
 * @throws HotnicError `vf-settings-invalid`, `vf-settings-unfit` (exit 2)
 */
export function vfRequest(args: ParsedArgs, spec: InterfaceSpec): VfRequest {
  const pair = args.text('failover-vf') !== undefined;
  const first = Object.keys(VF_OPTIONS).find(
    (name) => name !== 'failover-vf' && args.text(name) !== undefined,
  );
  if (first !== undefined && spec.type !== 'hostdev' && !pair)
    throw usageError('vf-settings-unfit', `--${first} is for a VF`, 'add --vf PF, or leave it out');
  const count = args.text('create-vfs');
  if (count !== undefined && spec.vf === undefined && !pair)
    throw usageError('vf-settings-unfit', '--create-vfs needs --vf PF', 'name the PF instead of a function');
  return {
    settings: checkVfSettings({
      spoofCheck: args.text('spoof-check'),
      trust: args.text('trust'),
      rate: args.text('rate'),
      link: args.text('vf-link'),
    }),
    createVfs: count === undefined ? null : readVfCount(count),
  };
}
