/** What a process is to do until it is killed. */
export interface CrashOrder {
  readonly operation: 'attach' | 'detach' | 'update' | 'acts' | 'clean';
  readonly input: Readonly<Record<string, string>>;
  readonly stateDir: string;
  readonly step: string;
  /** Right after its beginning is on disk; at its first note, half-way; right before its end is on disk. */
  readonly moment: 'before' | 'during' | 'after';
}
