import type { DetachScript } from './behaviour.js';
import type { EventSink } from './event-sink.js';
import type { Timers } from './timers.js';

/** A domain to start the simulator with. */
export interface DomainSetup {
  /** The persistent definition (of a transient domain: what it was started from). */
  readonly xml: string;
  /** The running definition where it is to differ from what `xml` would give. */
  readonly liveXml?: string;
  /** Default true. */
  readonly active?: boolean;
  /** Default true. */
  readonly persistent?: boolean;
  /** How its devices answer, by alias or MAC. */
  readonly devices?: Readonly<Record<string, DetachScript>>;
  /** How the others answer. Default "release". */
  readonly detach?: DetachScript;
  /**
   * Answers monitor commands: JSON in, JSON out, or with `hmp` a line in, text out. May throw Failure. Without it every
   * command is unknown.
   */
  readonly monitor?: (command: string, hmp: boolean) => string;
}

/** What a domain needs of its daemon. */
export interface DomainHost {
  readonly events: EventSink;
  readonly timers: Timers;
  nextId(): number;
  nextTarget(): string;
}
