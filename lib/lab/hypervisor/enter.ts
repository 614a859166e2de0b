/**
 * What is to be done in the outer machine each time it stands at its snapshot again: its clock is set, and the hotnic of
 * now is put where the one of then was. Resolves once SSH answers and that is done.
 */
export async function enterMachine(
  ssh: (command: readonly string[], timeoutMs: number) => Promise<string>,
): Promise<void> {
  await ssh(['lab-enter', `${Math.round(Date.now() / 1000)}`], ENTER_TIMEOUT_MS);
}

// A second at rest; beside other labs on two cores up to ten.
const ENTER_TIMEOUT_MS = 60_000;
