const SECRET_KEY = /pass(word|phrase)|secret|token|private.?key|credential/i;

/** A copy of `value` in which what stands under a key that names a secret is replaced: secrets never reach the file. */
export function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, SECRET_KEY.test(key) ? '[redacted]' : redact(inner)]),
  );
}
