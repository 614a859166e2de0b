import type { OptionSpec } from './command.js';

type Options = Readonly<Record<string, OptionSpec>>;

/** How results are shown; every command takes these. */
export const OUTPUT_OPTIONS: Options = {
  json: { type: 'boolean', describe: 'print one JSON document instead of a table' },
  quiet: { type: 'boolean', alias: 'q', describe: 'print nothing but the result and errors' },
  verbose: { type: 'boolean', alias: 'v', describe: 'print every step, and the causes of errors' },
};

/** Which hypervisor. */
export const CONNECT_OPTIONS: Options = {
  connect: {
    type: 'string',
    alias: 'c',
    placeholder: 'URI',
    describe: 'libvirt URI (default: $LIBVIRT_DEFAULT_URI, then qemu:///system)',
  },
};

/** How the guest is reached. */
export const GUEST_OPTIONS: Options = {
  'guest-channel': {
    type: 'string',
    choices: ['ssh', 'agent', 'none'],
    describe:
      'how the guest is asked; none: do not ask it (default: ssh, or its agent where no way is known)',
  },
  ssh: { type: 'string', placeholder: 'USER@HOST[:PORT]', describe: 'where the guest answers SSH' },
  identity: { type: 'string', multiple: true, placeholder: 'FILE', describe: 'private key for the guest' },
  jump: { type: 'string', placeholder: 'USER@HOST[:PORT]', describe: 'jump host on the way to the guest' },
  'known-hosts': {
    type: 'string',
    multiple: true,
    placeholder: 'FILE',
    describe: 'known_hosts file to trust beside the usual ones',
  },
};

/** What a change applies to, with the meaning these have in virsh. */
export const AFFECT_OPTIONS: Options = {
  live: { type: 'boolean', describe: 'change the running definition' },
  config: { type: 'boolean', describe: 'change the persistent definition' },
  current: { type: 'boolean', describe: 'change the one that is in use now' },
  persistent: {
    type: 'boolean',
    describe: 'change the persistent definition, and the running one if the domain runs',
  },
};

/** How long a change waits for another hotnic. */
export const LOCK_OPTIONS: Options = {
  'lock-wait': {
    type: 'string',
    placeholder: 'SECONDS',
    describe: 'how long to wait for another hotnic that changes the same domain (default: as --timeout)',
  },
};

/** How long a change waits. */
export const WAIT_OPTIONS: Options = {
  timeout: {
    type: 'string',
    placeholder: 'SECONDS',
    describe: 'how long to wait for the proof (default: 30)',
  },
  ...LOCK_OPTIONS,
};

/** Where the journal is. */
export const STATE_OPTIONS: Options = {
  'state-dir': { type: 'string', placeholder: 'DIR', describe: 'where the journal is kept' },
};

export const DRY_RUN_OPTIONS: Options = {
  'dry-run': { type: 'boolean', describe: 'show the plan, change nothing' },
};

/** How a change runs. */
export const RUN_OPTIONS: Options = { ...WAIT_OPTIONS, ...DRY_RUN_OPTIONS, ...STATE_OPTIONS };
