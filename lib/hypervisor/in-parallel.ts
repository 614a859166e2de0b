/**
 * Maps with at most `limit` calls under way at a time; results in the order of the items. The first failure is thrown,
 * and nothing new is begun after it.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index] as T, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

/**
 * Does work that comes bit by bit, at most `limit` pieces at a time; each call gives the result of its piece. After a
 * failure nothing new is begun: what waits fails with it.
 */
export function atMost<R>(limit: number): (work: () => Promise<R>) => Promise<R> {
  const waiting: (() => void)[] = [];
  let [running, failed, failure]: [number, boolean, unknown] = [0, false, undefined];
  const run = async (work: () => Promise<R>): Promise<R> => {
    if (running >= limit) await new Promise<void>((go) => waiting.push(go));
    else running++;
    try {
      if (failed) throw failure;
      return await work();
    } catch (error) {
      [failed, failure] = [true, error];
      throw error;
    } finally {
      // The place goes on to who has waited longest.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
  return (work) => {
    const result = run(work);
    // Whoever collects the results may not have come to this one yet.
    result.catch(() => undefined);
    return result;
  };
}
