import { z, type ZodType } from 'zod';
import { pciAddress, pciPath, type PciAddress, type PciPath } from '../nic/pci-address.js';

/** A PCI function as QEMU has it. */
export interface QemuFunction {
  /** The id it was given; null for one without. */
  readonly id: string | null;
  /** By the bus numbers that the guest has programmed. */
  readonly address: PciAddress;
  readonly path: PciPath;
  /** Base class and subclass: 0x0200 is an Ethernet controller. */
  readonly class: number;
  /** The port or bridge above it; null on a root bus. */
  readonly above: PciAddress | null;
}

interface Function {
  readonly bus: number;
  readonly slot: number;
  readonly function: number;
  readonly qdev_id: string;
  readonly class_info: { readonly class: number };
  readonly pci_bridge?: { readonly devices?: readonly Function[] | undefined } | undefined;
}

const oneFunction: ZodType<Function> = z.lazy(() =>
  z.object({
    bus: z.int().min(0).max(255),
    slot: z.int().min(0).max(31),
    function: z.int().min(0).max(7),
    qdev_id: z.string().max(256),
    class_info: z.object({ class: z.int().min(0).max(0xffff) }),
    pci_bridge: z.object({ devices: z.array(oneFunction).max(256).optional() }).optional(),
  }),
);

/** What `query-pci` returns. */
export const QUERY_PCI = z
  .array(z.object({ bus: z.int().min(0).max(255), devices: z.array(oneFunction).max(256) }))
  .max(64);

/**
 * Every function of `query-pci`, with its path by the chain of ports. What is behind a port whose bus number the guest
 * has not programmed yet (firmware, early boot) is not in QEMU's answer.
 */
export function functionsOf(buses: z.infer<typeof QUERY_PCI>): readonly QemuFunction[] {
  return buses.flatMap(({ devices }) => below(devices, []));
}

function below(functions: readonly Function[], chain: readonly PciAddress[]): QemuFunction[] {
  return functions.flatMap((one) => {
    const address = pciAddress(0, one.bus, one.slot, one.function);
    const here = [...chain, address];
    return [
      {
        id: one.qdev_id === '' ? null : one.qdev_id,
        address,
        path: pciPath(here),
        class: one.class_info.class,
        above: chain.at(-1) ?? null,
      },
      ...below(one.pci_bridge?.devices ?? [], here),
    ];
  });
}
