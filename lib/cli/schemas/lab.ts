import { z } from 'zod';
import { LAB_MACHINES } from '../../lab/types.js';

const guest = z.strictObject({
  name: z.string(),
  machine: z.enum([...LAB_MACHINES, 'hypervisor']),
  sshPort: z.int().describe('on 127.0.0.1 of the lab’s network namespace'),
  sshReady: z.boolean(),
  domainState: z.string(),
});

/** What `hotnic lab up`, `lab status` and `lab down` print with `--json`. */
export const labDocument = z.discriminatedUnion('up', [
  z.strictObject({ schema: z.literal('hotnic.lab/1'), up: z.literal(false) }),
  z.strictObject({
    schema: z.literal('hotnic.lab/1'),
    up: z.literal(true),
    name: z.string(),
    holderPid: z.int(),
    stateDir: z.string(),
    libvirtUri: z.string().describe('reaches the lab’s libvirtd from outside'),
    configFile: z.string(),
    knownHosts: z.string(),
    identity: z.string(),
    guests: z.array(guest),
    timings: z.record(z.string(), z.number()).describe('ms that each part of bringing it up took'),
  }),
]);
