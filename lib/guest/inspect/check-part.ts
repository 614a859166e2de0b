import { NAMED_DRIVERS } from '../hardware/drivers.js';

/**
 * The part of an inspection that a check needs beside: what ports could take, what modules there are, the kernel's
 * complaints, sockets and who has them open. Read by lib/guest/check. It expects the functions `section` and `field`.
 *
 * A bridge's windows are the last four lines of its `resource`, behind its own registers, its ROM and, in kernels that
 * know SR-IOV, six lines for that (linux/pci.h, PCI_BRIDGE_RESOURCES). A port's slot capabilities are in its configuration
 * space, of which only root reads more than 64 bytes.
 */
export const CHECK_PART = `section windows
for d in /sys/bus/pci/devices/*; do
  field "$d/class"
  case $v in 0x0604*) ;; *) continue ;; esac
  n=0
  while read -r a b c; do
    if [ "$n" -ge 7 ]; then printf '%s\\t%s\\t%s\\t%s\\t%s\\n' "\${d##*/}" "$n" "$a" "$b" "$c"; fi
    n=$((n + 1))
  done <"$d/resource"
done
section config-space
for d in /sys/bus/pci/devices/*; do
  field "$d/class"
  case $v in 0x0604*) ;; *) continue ;; esac
  printf '>%s\\n' "\${d##*/}"
  od -An -v -tx1 -N256 "$d/config"
done
section drivers-there
if command -v modinfo >/dev/null; then
  v=$(modinfo ${NAMED_DRIVERS.join(' ')} | grep -E '^(filename|name|depends|vermagic):')
  printf '%s\\n' "$v"
  a=$(printf '%s\\n' "$v" | sed -n 's/^depends:[[:space:]]*//p' | tr ',' '\\n' | sort -u)
  if [ -n "$a" ]; then modinfo -F filename $a 2>&1 >/dev/null | sed -n -E "s/.*[Mm]odule '?([A-Za-z0-9_-]+)'?:? not found.*/missing:	\\1/p"; fi
fi
section kernel-signs
if command -v dmesg >/dev/null; then
  dmesg | grep -iE 'no space for|failed to assign|can.t assign|BUG: |Oops|soft lockup|hung_task|blocked for more than|NETDEV WATCHDOG|Call Trace|pciehp.*(Failed|timeout|Cannot)|acpiphp.*(failed|error)|PCIe Bus Error|out of memory|unregister_netdevice' | tail -n 200
fi
section mounts
grep -E '^[^ ]+ (/|/etc|/run|/tmp) ' /proc/mounts
section sockets
for f in tcp tcp6 udp udp6 raw raw6 packet; do
  printf '>%s\\n' "$f"
  head -n 3000 "/proc/net/$f"
done
section descriptors
ls -l /proc/[0-9]*/fd | sed -n -e 's#^/proc/\\([0-9]*\\)/fd:#>\\1#p' -e 's/.*socket:\\[\\([0-9]*\\)\\].*/\\1/p' | head -n 50000
section processes
for d in /proc/[0-9]*; do field "$d/comm"; printf '%s\\t%s\\n' "\${d##*/}" "$v"; done`;
