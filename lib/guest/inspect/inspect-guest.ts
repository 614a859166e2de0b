import { randomBytes } from 'node:crypto';
import type { Channel } from '../../channel/channel.js';
import { recognisePlatform } from '../hardware/platform.js';
import { askGuest } from '../probe.js';
import { parseProbe } from '../parse-probe.js';
import type { Bracket } from '../probe-clock.js';
import { sectionLines, type Sections } from '../probe-sections.js';
import { inspectScript } from './inspect-script.js';
import type { GuestInspection } from './inspect-types.js';
import { limitsOf } from './limits.js';
import { splitMore } from './more-sections.js';
import { readMachine } from './read-machine.js';
import { readInspectedNics } from './read-nics.js';

export interface InspectOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds until the guest is given up on. Default 30,000: an emulated guest takes seconds. */
  readonly timeoutMs?: number;
}

/** An inspection, and the sections of the answer that only a check reads. */
export interface Inspected {
  readonly inspection: GuestInspection;
  readonly sections: Sections;
}

/**
 * Asks a guest for its NICs, drivers, platform and who configures what, in one round trip; nothing is changed in it.
 * @throws HotnicError `guest-probe-malformed`, `guest-probe-timeout`; the channel's own errors; the abort reason
 */
export async function inspectGuest(channel: Channel, options: InspectOptions = {}): Promise<GuestInspection> {
  return (await askInspection(channel, 'inspect', options)).inspection;
}

/** The same with the sections that a check needs. */
export async function askInspection(
  channel: Channel,
  what: 'inspect' | 'check',
  { timeoutMs = 30_000, ...options }: InspectOptions,
): Promise<Inspected> {
  const nonce = randomBytes(12).toString('hex');
  const { stdout, host } = await askGuest(channel, nonce, inspectScript(what), { timeoutMs, ...options });
  return parseInspection(stdout, nonce, host, what);
}

/**
 * Reads the answer of the inspection's script; pure.
 * @throws HotnicError `guest-probe-malformed` for anything that is not exactly what the script prints
 */
export function parseInspection(
  answer: string,
  nonce: string,
  host: Bracket,
  what: 'inspect' | 'check' = 'inspect',
): Inspected {
  const probe = parseProbe(answer, nonce, host);
  const sections = splitMore(answer, nonce, what);
  const machine = readMachine(sectionLines(sections, 'machine'));
  const nics = readInspectedNics(sections, probe, machine.dhcp);
  return {
    sections,
    inspection: {
      probe,
      platform: recognisePlatform(
        machine.facts,
        nics.map(({ driver }) => driver),
      ),
      nics,
      managers: [
        ...machine.daemons.map((name) => (name === 'systemd-network' ? 'systemd-networkd' : name)),
        ...machine.dhcp,
      ],
      limits: limitsOf(probe, machine, nics),
    },
  };
}
