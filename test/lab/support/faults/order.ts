import type { CrashOrder } from '../crash/order.js';

/** What a process is to do, and where something befalls it meanwhile. */
export interface FaultOrder {
  readonly operation: CrashOrder['operation'];
  readonly input: Readonly<Record<string, string>>;
  readonly stateDir: string;
  readonly step: string;
  /** When the step is about to begin; at its first note, half-way: the guest has been asked. */
  readonly moment: 'begin' | 'asked';
  /** Where the guest is reached: through a proxy that can be cut. */
  readonly ssh: { readonly port: number; readonly identity: string; readonly knownHosts: string };
  readonly timeoutMs: number;
  /** Fills the journal's last page beforehand: on a full disk there is room in it for some lines more. */
  readonly fillPage: boolean;
  /** The process goes on when this file is there. */
  readonly goOn: string;
}

/** What the process says when it waits for its fault. */
export const AT_THE_POINT = 'at the point';
