/**
 * Prints what the host's kernel shows of its PCI functions, in lines of "kind, path below /sys/bus/pci/devices, value",
 * tabs between them; after a line "netdevs" what `ip` says of the netdevs, as JSON.
 *
 * Only what cannot block is looked at. The kernel takes the device's lock to show `driver_override`, `uevent` and
 * `sriov_numvfs` (drivers/pci/pci-sysfs.c, drivers/pci/iov.c), and whoever unbinds a held function keeps that lock. Links
 * are looked up and not followed; the other files are constants, or answered without a lock.
 */
export const FUNCTIONS_SCRIPT = `cd /sys/bus/pci/devices || exit 3
find . -maxdepth 1 -type l -printf 'at\\t%f\\t%l\\n'
find */ -maxdepth 1 -type l \\( -name driver -o -name iommu_group -o -name physfn -o -name 'virtfn*' \\) -printf 'link\\t%p\\t%l\\n' 2>/dev/null
ls -d */reset */net/* */virtio*/net/* 2>/dev/null | sed 's/^/there\\t/'
grep -s -H . */class */vendor */device */numa_node */reset_method */sriov_totalvfs | sed 's/:/\\t/3; s/^/file\\t/'
echo netdevs
ip -j -d address show 2>/dev/null
exit 0`;

/**
 * Prints `driver_override` of the functions that it is given as arguments. It may block for ever: to be run with a
 * deadline, and never of a function that somebody holds.
 */
export const OVERRIDES_SCRIPT = `cd /sys/bus/pci/devices || exit 3
for one; do printf '%s\\t' "$one"; cat "$one/driver_override" 2>/dev/null || echo '(unreadable)'; done
exit 0`;
