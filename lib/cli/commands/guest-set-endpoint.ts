import { EXIT, type ExitCode } from '../../errors/hotnic-error.js';
import type { CommandSpec, ParsedArgs } from '../command.js';
import type { CliContext } from '../context.js';
import { CONNECT_OPTIONS, OUTPUT_OPTIONS } from '../shared-options.js';

/** `hotnic guest set-endpoint DOMAIN [TARGET]`. */
export const guestSetEndpoint: CommandSpec = {
  name: 'guest set-endpoint',
  describe: 'store in the domain’s metadata where its guest answers SSH',
  positionals: [
    { name: 'domain', describe: 'name or UUID of the domain', required: true },
    { name: 'target', describe: 'user@host[:port]; without it the stored one is taken out' },
  ],
  options: { ...CONNECT_OPTIONS, ...OUTPUT_OPTIONS },
  examples: [
    ['hotnic guest set-endpoint web1 root@10.0.0.5', 'hotnic list web1 finds the guest from now on'],
    ['hotnic guest set-endpoint web1', 'forget it'],
  ],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const [{ hypervisorFor }, { findDomain }, { storeEndpoint }, { parseSshTarget }] = await Promise.all([
      import('../open-hypervisor.js'),
      import('../../hypervisor/domain-view.js'),
      import('../../operations/endpoint.js'),
      import('../../channel/index.js'),
    ]);
    const target = args.text('target') ?? null;
    if (target !== null) parseSshTarget(target);
    await using hypervisor = await hypervisorFor(args, context);
    const domain = await findDomain(hypervisor.act, args.text('domain') ?? '');
    await storeEndpoint(domain, target);
    context.out.document('hotnic.endpoint/1', { domain: domain.name, ssh: target });
    context.out.text(
      target === null
        ? `${domain.name}: no endpoint is stored any more`
        : `${domain.name}: the guest is asked at ${target}`,
    );
    return EXIT.done;
  },
};
