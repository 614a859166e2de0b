/** One verdict beside the truth. */
export interface Said {
  readonly state: string;
  readonly truth: string;
  readonly said: string;
}

/** The confusion matrix: a row for what is true, a column for what was said. */
export function confusion(judged: readonly Said[]): string {
  const kinds = [...new Set(judged.flatMap(({ truth, said }) => [truth, said]))].sort();
  const width = Math.max(...kinds.map((kind) => kind.length), 5);
  const row = (head: string, cells: readonly string[]) =>
    [head.padEnd(width), ...cells.map((cell, index) => cell.padStart(kinds[index]?.length ?? 0))].join('  ');
  const count = (truth: string, said: string) =>
    judged.filter((one) => one.truth === truth && one.said === said).length;
  const lines = kinds.map((truth) =>
    row(
      truth,
      kinds.map((said) => {
        const times = count(truth, said);
        return times === 0 ? '.' : String(times);
      }),
    ),
  );
  const wrong = judged.filter(({ truth, said }) => truth !== said);
  return [
    'true \\ said',
    row('', kinds),
    ...lines,
    `${judged.length} verdicts, ${wrong.length} wrong`,
    ...wrong.map(({ state, truth, said }) => `  ${state}: ${said}, is ${truth}`),
  ].join('\n');
}
