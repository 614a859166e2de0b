import { z } from 'zod';

/** Who holds a lock, as the second one is told. */
export interface LockOwner {
  readonly pid: number;
  /** "attach", "clean". */
  readonly operation: string;
  /** What it is about: the domain's name. */
  readonly subject: string;
  /** Its run in the journal; null until it has begun one. */
  readonly run: string | null;
  /** ISO 8601, on the owner's clock. */
  readonly since: string;
}

const owner = z.strictObject({
  pid: z.int().positive(),
  operation: z.string().regex(/^[a-z][a-z -]{0,40}$/),
  subject: z.string().max(300),
  run: z
    .string()
    .regex(/^[0-9TZ]+-[0-9a-f]{6}$/)
    .max(40)
    .nullable(),
  since: z.iso.datetime({ precision: 3 }),
});

/** Longer than any owner writes. */
export const OWNER_LIMIT = 4096;

/** Reads what an owner says. Any process of this machine may hold a name, so it is read strictly; null for nonsense. */
export function readOwner(text: string): LockOwner | null {
  try {
    const parsed = owner.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
