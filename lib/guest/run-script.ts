import { randomBytes } from 'node:crypto';
import type { Channel } from '../channel/channel.js';
import { HotnicError } from '../errors/hotnic-error.js';
import { guestShell, requireRoot } from './guest-shell.js';
import { printable } from './printable.js';
import type { GuestProbe } from './probe-types.js';

export interface ScriptOptions {
  /** As a phrase: "load virtio_net in the guest". */
  readonly attempted: string;
  readonly signal?: AbortSignal;
  /** Milliseconds until the script is killed. Default 15,000. */
  readonly timeoutMs?: number;
}

/** What a script said: by key, the last value of each; and everything else that came out, safe to show. */
export interface ScriptAnswer {
  readonly said: ReadonlyMap<string, string>;
  readonly output: string;
}

/**
 * Runs a script of hotnic's own as root in the guest, in one round trip. The script answers by `say KEY VALUE` and
 * must end with `say done yes`; its arguments are "$1", "$2", … and never part of its text.
 * @throws HotnicError `guest-not-root`, `guest-script-failed`; the channel's own errors
 */
export async function runInGuest(
  channel: Channel,
  probe: GuestProbe,
  script: string,
  args: readonly string[],
  { attempted, signal, timeoutMs = 15_000 }: ScriptOptions,
): Promise<ScriptAnswer> {
  requireRoot(probe, attempted);
  const nonce = randomBytes(12).toString('hex');
  const { stdout } = await channel.run(guestShell(probe, [nonce, ...args]), {
    input: FRAME.replace('@SCRIPT@', () => script),
    timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  });
  const said = new Map<string, string>();
  const rest: string[] = [];
  for (const line of stdout.split('\n')) {
    const [head, key, ...value] = line.split('\t');
    if (head === `#${nonce}` && key !== undefined) said.set(key, value.join('\t'));
    else if (line !== '') rest.push(line);
  }
  const output = printable(rest.slice(-20).join('; '), 1000);
  if (said.get('done') !== 'yes') {
    const failed = said.get('failed');
    throw new HotnicError('guest-script-failed', `The guest could not ${attempted}`, {
      attempted,
      seen: printable([failed, output].filter((part) => part !== undefined && part !== '').join(': '), 1000),
      state: 'what was done before it failed stands; a new scan tells',
    });
  }
  return { said, output };
}

const FRAME = `hotnic_act() {
nonce=$1; shift
exec 2>&1 </dev/null
unset CDPATH
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin; export PATH
say() { printf '#%s\\t%s\\t%s\\n' "$nonce" "$1" "$2"; }
fail() { say failed "$1"; exit 1; }
field() { v=; IFS= read -r v <"$1"; }
@SCRIPT@
say done yes
}
hotnic_act "$@"
exit 0
`;
