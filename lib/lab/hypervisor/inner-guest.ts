/** Where the outer machine has the floppy of {@link bootSector}; read only, so any number of guests boot from it. */
export const AGREEING_FLOPPY = '/var/lib/libvirt/images/agrees.img';
/** A domain that the outer machine has from the beginning; it is shut off. */
export const INNER_GUEST = 'inner';

/**
 * A floppy whose boot sector is a whole guest: at each timer tick it reads the register of i440fx's ACPI hot-plug in
 * which QEMU says what shall go (0xae04) and writes it to the one that lets go (0xae08). So it agrees to every unplug,
 * at most 55 ms later, and takes next to no time of an emulated processor. Suspended, it is a guest that does not answer.
 */
export function bootSector(): Buffer {
  const floppy = Buffer.alloc(FLOPPY_BYTES);
  floppy.set(PROGRAM);
  floppy.set([0x55, 0xaa], 510);
  return floppy;
}

/** The libvirt definition of a guest that agrees to every unplug: a machine of type pc with 16 MiB. */
export function innerGuestXml(name: string = INNER_GUEST): string {
  return `<domain type='qemu'>
<name>${name}</name><memory unit='MiB'>16</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type><boot dev='fd'/></os>
<features><acpi/></features>
<cpu mode='custom' match='exact'><model fallback='allow'>qemu64</model></cpu>
<on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>destroy</on_crash>
<devices>
<disk type='file' device='floppy'><driver name='qemu' type='raw'/><source file='${AGREEING_FLOPPY}'/><target dev='fda' bus='fdc'/><readonly/></disk>
<controller type='usb' model='none'/><memballoon model='none'/>
</devices>
</domain>
`;
}

const FLOPPY_BYTES = 1_474_560;

const PROGRAM = [
  ...[0xfb], // again: sti
  ...[0xf4], // hlt: until the next timer tick
  ...[0xba, 0x04, 0xae], // mov dx, 0xae04
  ...[0x66, 0xed], // in eax, dx
  ...[0xba, 0x08, 0xae], // mov dx, 0xae08
  ...[0x66, 0xef], // out dx, eax
  ...[0xeb, 0xf2], // jmp again
];
