/** What a process that is to be killed does, and when it dies: before, in the middle of or after a step. */
export interface VictimOrder {
  readonly operation: 'attach' | 'detach';
  readonly state: string;
  readonly mac: string;
  readonly step: string;
  readonly moment: 'before' | 'during' | 'after';
  /** In the middle: so long after the step has begun. */
  readonly delayMs: number;
}
