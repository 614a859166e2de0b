import type { DomainView } from '../../hypervisor/domain-view.js';
import { HotnicError } from '../../errors/hotnic-error.js';
import type { GuestAccess, GuestSession } from '../guest-session.js';
import type { AskGuest } from './scan-options.js';

/** How a domain's guest is reached; null: it shall not be asked. */
export type FindAccess = (domain: string) => GuestAccess | null;

/** Asks each guest over a connection of its own: for a scan, which needs a guest once. */
export function askOnce(access: FindAccess): AskGuest {
  return async (view, signal) => {
    const way = access(view.name);
    if (!way) return { probe: null, state: 'not-asked', why: 'not asked' };
    await using guest = await open(way, signal);
    return { probe: guest.probe };
  };
}

/** What speaks to guests is loaded only when one is asked. */
async function open(way: GuestAccess, signal: AbortSignal): Promise<GuestSession> {
  const { openGuest } = await import('../guest-session.js');
  return await openGuest(way, signal, 'full');
}

/** Guests that stay connected: a clean-up asks and changes the same guest several times. */
export class GuestSessions implements AsyncDisposable {
  readonly #access: FindAccess;
  readonly #open = new Map<string, Promise<GuestSession>>();

  constructor(access: FindAccess) {
    this.#access = access;
  }

  /** Asks the guest again, over the connection that there is or a new one where that has died. */
  readonly ask: AskGuest = async (view: DomainView, signal) => {
    if (!this.#access(view.name)) return { probe: null, state: 'not-asked', why: 'not asked' };
    const before = await this.#open.get(view.name)?.catch(() => null);
    if (before) {
      try {
        return { probe: await before.probeAgain(signal) };
      } catch (error) {
        // The guest may have been reset, and its connection with it.
        await this.#drop(view.name);
        if (signal.aborted) throw error;
      }
    }
    return { probe: (await this.session(view.name, signal)).probe };
  };

  /** The session of a domain's guest, opened at the first use. */
  async session(domain: string, signal: AbortSignal): Promise<GuestSession> {
    const known = this.#open.get(domain);
    if (known) return await known;
    const way = this.#access(domain);
    if (!way)
      throw new HotnicError('guest-not-asked', `the guest of ${domain} shall not be asked`, {
        next: 'leave --guest-channel none out',
      });
    const opening = open(way, signal);
    this.#open.set(domain, opening);
    try {
      return await opening;
    } catch (error) {
      this.#open.delete(domain);
      throw error;
    }
  }

  async #drop(domain: string): Promise<void> {
    const session = await this.#open.get(domain)?.catch(() => null);
    this.#open.delete(domain);
    // What is dropped may be dead: its goodbye does not matter.
    await Promise.resolve(session?.[Symbol.asyncDispose]()).catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#open.keys()].map((domain) => this.#drop(domain)));
  }
}
