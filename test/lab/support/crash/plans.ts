import { AffectFlags, type Connection } from 'node-libvirt';
import type { Hypervisor } from '../../../../lib/hypervisor/open.js';
import type { GuestAccess } from '../../../../lib/operations/guest-session.js';
import { definitions } from '../state.js';
import type { CrashOrder } from './order.js';
import { netdevOf, put, takeAway } from './scenery.js';

/** What the matrix has at hand in the process that is not killed. */
export interface Stage {
  readonly hypervisor: Hypervisor;
  readonly connection: Connection;
  readonly guest: GuestAccess;
  readonly domain: string;
}

/** A plan that is killed at each of its steps. */
export interface CrashPlan {
  readonly name: string;
  readonly operation: CrashOrder['operation'];
  readonly input: Readonly<Record<string, string>>;
  /** Where the NIC of the plan is to begin with, for plans that share it: the cases are put in an order that has it there. */
  readonly starts?: 'absent' | 'present';
  readonly steps: readonly string[];
  /** Steps that note something half-way, when it matters most: the request to let go has been sent. */
  readonly during?: readonly string[];
  /** False for a step after which the change cannot be taken back: then only finishing it remains. Default true. */
  readonly undoable?: (step: string) => boolean;
  /** Makes the state before the change. */
  prepare(stage: Stage): Promise<void>;
  /** On which side of the change things are, in both definitions and the guest; anything else is neither. */
  side(stage: Stage): Promise<string>;
  /** Takes away what is left when all cases of the plan are through. */
  clear?(stage: Stage): Promise<void>;
}

const MAC = '52:54:00:c7:a5:01';

/** Attach, detach and update of a NIC of user networking: nothing of the host is needed, so it is quick. */
export function nicPlans(
  domain: string,
): Readonly<Record<'attach' | 'detach' | 'update' | 'acts', CrashPlan>> {
  const input = { domain, mac: MAC };
  return {
    attach: {
      name: `attach to ${domain}`,
      operation: 'attach',
      starts: 'absent',
      input,
      steps: ['watch-guest', 'attach-device', 'prove-definitions', 'prove-guest'],
      prepare: (stage) => takeAway(stage, MAC),
      side: async (stage) => sideOf(await whereIs(stage), 'after', 'before'),
    },
    detach: {
      name: `detach from ${domain}`,
      operation: 'detach',
      starts: 'present',
      input,
      steps: ['listen', 'quiesce', 'release', 'remove-config', 'prove-definitions', 'prove-guest'],
      during: ['release'],
      prepare: (stage) => put(stage, MAC),
      clear: (stage) => takeAway(stage, MAC),
      side: async (stage) => sideOf(await whereIs(stage), 'before', 'after'),
    },
    update: {
      name: `update of ${domain}`,
      operation: 'update',
      starts: 'present',
      input,
      steps: ['update-live', 'update-config'],
      prepare: linkUp,
      side: async (stage) => {
        const { live, config } = await definitions(stage.connection, domain);
        const down = (all: readonly string[]) =>
          all.some((xml) => xml.includes(MAC) && /<link state='down'/.test(xml));
        if (down(live) !== down(config))
          return `halves differ: link down in ${down(live) ? 'live' : 'config'}`;
        return down(live) ? 'after' : 'before';
      },
    },
    acts: {
      name: `acts on ${domain}`,
      operation: 'acts',
      starts: 'present',
      input,
      steps: ['link-set', 'definition-remove'],
      prepare: linkUp,
      side: async (stage) => {
        const { live, config } = await definitions(stage.connection, domain);
        const down = live.some((xml) => xml.includes(MAC) && /<link state='down'/.test(xml));
        const kept = config.some((xml) => xml.includes(MAC));
        if (down === kept)
          return `link ${down ? 'down' : 'up'}, ${kept ? 'in' : 'out of'} the persistent definition`;
        return down ? 'after' : 'before';
      },
    },
  };
}

interface Where {
  readonly live: boolean;
  readonly config: boolean;
  readonly guest: boolean;
  /** Up in the guest, as it was before it was made idle. */
  readonly up: boolean;
}

async function whereIs(stage: Stage): Promise<Where> {
  const { live, config } = await definitions(stage.connection, stage.domain);
  const has = (all: readonly string[]) => all.some((xml) => xml.includes(MAC));
  const { there, up } = await netdevOf(stage, MAC);
  return { live: has(live), config: has(config), guest: there, up };
}

function sideOf({ live, config, guest, up }: Where, there: string, gone: string): string {
  if (live && config && guest) return up || there === 'after' ? there : 'there, but down in the guest';
  if (!live && !config && !guest) return gone;
  return `live ${String(live)}, config ${String(config)}, guest ${String(guest)}`;
}

/** In both definitions with its link up: what update and acts change is put back without the guest's help. */
async function linkUp(stage: Stage): Promise<void> {
  await put(stage, MAC);
  const handle = await stage.connection.domainLookupByName(stage.domain);
  const { live, config } = await definitions(stage.connection, stage.domain);
  const own = (all: readonly string[]) => all.find((xml) => xml.includes(MAC));
  for (const [xml, flag] of [
    [own(live), AffectFlags.LIVE],
    [own(config), AffectFlags.CONFIG],
  ] as const)
    if (xml?.includes(DOWN)) await handle.updateDeviceFlags(xml.replace(DOWN, "<link state='up'/>"), flag);
  const kept = own(live)?.replace(DOWN, '');
  if (kept !== undefined && own(config) === undefined)
    await handle.attachDeviceFlags(withoutAlias(kept), AffectFlags.CONFIG);
}

const DOWN = "<link state='down'/>";

function withoutAlias(xml: string): string {
  return xml.replace(/<alias [^>]*\/>/, '');
}
