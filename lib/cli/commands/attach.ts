import type { AttachOptions, AttachReport } from '../../operations/attach/attach.js';
import type { ExitCode } from '../../errors/hotnic-error.js';
import type { CommandSpec, ParsedArgs } from '../command.js';
import type { CliContext } from '../context.js';
import { INTERFACE_OPTIONS } from '../interface-options.js';
import { VF_OPTIONS } from '../vf-options.js';
import {
  AFFECT_OPTIONS,
  CONNECT_OPTIONS,
  GUEST_OPTIONS,
  OUTPUT_OPTIONS,
  RUN_OPTIONS,
} from '../shared-options.js';

/** `hotnic attach DOMAIN …`. */
export const attach: CommandSpec = {
  name: 'attach',
  describe: 'put a NIC into a domain and prove that its guest has it',
  positionals: [{ name: 'domain', describe: 'name or UUID of the domain', required: true }],
  options: {
    ...INTERFACE_OPTIONS,
    ...VF_OPTIONS,
    ...CONNECT_OPTIONS,
    ...AFFECT_OPTIONS,
    ...GUEST_OPTIONS,
    'wait-ip': { type: 'boolean', describe: 'wait until the guest has an address on it' },
    settle: {
      type: 'string',
      placeholder: 'SECONDS',
      describe: 'watch for so long whether it stays (default: as its slot needs)',
    },
    keep: { type: 'boolean', describe: 'leave it attached though the guest does not show it' },
    'allow-live-only': {
      type: 'boolean',
      describe: 'with --live: mark it as meant so, no scan takes it for a ghost',
    },
    force: { type: 'boolean', describe: 'attach though the guest is not ready, or the MAC is taken' },
    ...RUN_OPTIONS,
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ['hotnic attach web1 --network default', 'a virtio NIC, in both definitions, proved in the guest'],
    ['hotnic attach web1 --bridge br0 --mac 52:54:00:12:34:56 --wait-ip', 'until it has an address'],
    ['hotnic attach web1 --vf enp1s0f0 --vlan 42 --trust on', 'a free VF of that PF'],
    ['hotnic attach web1 --network default --dry-run', 'show the XML and the steps, change nothing'],
  ],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const [
      { attach: attachNic },
      { checkInterfaceSpec },
      { interfaceInput },
      { vfRequest },
      { changeOptions },
      { secondsOption },
      { showReport },
    ] = await Promise.all([
      import('../../operations/attach/attach.js'),
      import('../../xml/interface-spec.js'),
      import('../interface-options.js'),
      import('../vf-options.js'),
      import('../change-options.js'),
      import('../open-guest.js'),
      import('../report-text.js'),
    ]);
    // What was typed is checked before anybody is asked anything.
    const spec = checkInterfaceSpec(interfaceInput(args));
    const vf = vfRequest(args, spec);
    const template = args.text('template');
    const settleMs = secondsOption(args, 'settle') ?? null;
    await using options = await changeOptions(args, context);
    const failoverVf = args.text('failover-vf');
    const failoverOf = args.text('failover-of');
    const asked = {
      ...options,
      spec,
      vf,
      wholeGroup: args.flag('whole-group'),
      ...(failoverOf === undefined ? {} : { failoverOf }),
      ...(template === undefined ? {} : { template }),
      waitIp: args.flag('wait-ip'),
      keep: args.flag('keep'),
      force: args.flag('force'),
      allowLiveOnly: args.flag('allow-live-only'),
      settleMs,
    };
    const report = failoverVf === undefined ? await attachNic(asked) : await pairUp(asked, failoverVf);
    return showReport(report, context.out);
  },
};

async function pairUp(options: AttachOptions, typed: string): Promise<AttachReport> {
  const [{ attachPair }, { readVfWish }] = await Promise.all([
    import('../../operations/passthrough/attach-pair.js'),
    import('../../operations/passthrough/wish.js'),
  ]);
  const { pf, index } = readVfWish(typed, '--failover-vf');
  return await attachPair({ ...options, failoverVf: { pf, index: index ?? undefined } });
}
