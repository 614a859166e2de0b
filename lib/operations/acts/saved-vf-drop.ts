import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { hostCommand, SAVED_VF_FOLDER } from '../../hypervisor/host/index.js';
import type { Act, World } from './act.js';

const input = z.object({
  /** A file of libvirt's folder, "eth3_vf0". */
  file: z.string().regex(/^(?!-)[^\s/]{1,15}_vf\d{1,4}$/),
});
type Input = z.infer<typeof input>;

/** What was in the file; null where there was none. */
type Saved = { readonly content: string } | null;

/**
 * Removes the file in which libvirt keeps what a VF was like before a guest got it, once the VF is as it was: libvirt
 * removes it then itself, where it can.
 */
export const savedVfDrop: Act<Input, Saved> = {
  name: 'saved-vf-drop',
  input,
  describe: ({ file }) =>
    `remove ${SAVED_VF_FOLDER}/${file}, in which libvirt has kept what the VF was before`,
  async save(one, world, { signal }) {
    const content = await contentOf(one, world, signal);
    return content === null ? null : { content };
  },
  async run({ file }, { hypervisor }, { signal }) {
    await hostCommand(hypervisor.host, ['rm', '-f', pathOf(file)], { signal });
    return undefined;
  },
  async undo(one, saved, { hypervisor }, { signal }) {
    if (saved === null) return;
    await hypervisor.host.writeFile(pathOf(one.file), saved.content, { signal, mode: 0o600 });
  },
  async confirm(one, world, { signal }) {
    if ((await contentOf(one, world, signal)) !== null)
      throw new HotnicError('saved-vf-stays', `${pathOf(one.file)} is still there`);
  },
};

// libvirt's files are some hundred bytes long.
const READ = 'test -f "$1" || exit 0; echo there; head -c 4096 "$1"';

async function contentOf(
  { file }: Input,
  { hypervisor }: World,
  signal: AbortSignal,
): Promise<string | null> {
  const text = await hostCommand(hypervisor.host, ['sh', '-c', READ, 'sh', pathOf(file)], { signal });
  return text.startsWith('there\n') ? text.slice('there\n'.length) : null;
}

function pathOf(file: string): string {
  return `${SAVED_VF_FOLDER}/${file}`;
}
