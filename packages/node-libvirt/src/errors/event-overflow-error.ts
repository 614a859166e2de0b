/** An iteration over events was so slow that its buffer was full when another event came; that one is lost. */
export class EventOverflowError extends Error {
  override readonly name = 'EventOverflowError';
  /** How many events the buffer holds. */
  readonly limit: number;

  constructor(kind: string, limit: number) {
    super(`more than ${limit} ${kind} events waited to be taken; what came after them is lost`);
    this.limit = limit;
  }
}
