import type { Channel } from '../channel/channel.js';
import { probeGuest, type ProbeOptions } from '../guest/probe.js';
import type { GuestProbe } from '../guest/probe-types.js';
import { watchGuest } from '../guest/watch.js';
import type { GuestWatch } from '../guest/watch-types.js';

/** How an operation reaches the guest: opened at the first use, because some operations end before they need it. */
export interface GuestAccess {
  /** Opens the way to the guest. May be called again after it failed: a guest may have booted meanwhile. */
  open(signal: AbortSignal): Promise<Channel>;
  /** What a person calls the way: "root@10.0.0.5". */
  readonly label: string;
}

/** A guest that answers: what it looked like, and its streams once they are started. */
export interface GuestSession extends AsyncDisposable {
  readonly channel: Channel;
  readonly probe: GuestProbe;
  /** Starts the streams; resolves when they are known to be running. The second call gives the same watch. */
  watch(signal: AbortSignal): Promise<GuestWatch>;
  /** Asks the guest again. */
  probeAgain(signal: AbortSignal): Promise<GuestProbe>;
}

/** Connects to the guest and asks it once; `depth` holds for the later times too. */
export async function openGuest(
  access: GuestAccess,
  signal: AbortSignal,
  depth: ProbeOptions['depth'] = 'quick',
): Promise<GuestSession> {
  const channel = await access.open(signal);
  try {
    const probe = await probeGuest(channel, { signal, depth });
    let watching: Promise<GuestWatch> | undefined;
    return {
      channel,
      probe,
      watch: (watchSignal) => (watching ??= watchGuest(channel, { probe, signal: watchSignal })),
      probeAgain: (probeSignal) => probeGuest(channel, { signal: probeSignal, depth }),
      async [Symbol.asyncDispose]() {
        const watch = await watching?.catch(() => undefined);
        await watch?.close();
        await channel.close();
      },
    };
  } catch (error) {
    await channel.close();
    throw error;
  }
}
