import type { Connection } from './connection.js';

/** What all handles have: they name something that the daemon manages, and hold no state in it. */
export interface Handle {
  readonly connection: Connection;
  /** How it is named in calls, for `connection.call`. */
  readonly ref: object;
}
