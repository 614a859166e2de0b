/**
 * What the probe feeds to `sh -s -- NONCE` in the guest: POSIX sh only (dash, busybox ash), wrapped in a function so
 * that no command can eat the rest of it from standard input and half of it never runs. Forks are rare, because each
 * costs milliseconds on an emulated guest: files are read by the `read` builtin and links followed by `cd -P`.
 *
 * The answer is a list of sections, each opened by a line "#NONCE name"; probe-sections.ts reads it. It asks nothing
 * of a device's `uevent` or `driver_override` on the PCI bus: those block while a vfio group is stuck.
 */
export const PROBE_SCRIPT = `
hotnic_probe() {
nonce=$1
exec 2>/dev/null </dev/null
unset CDPATH
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin
section() { printf '#%s %s\\n' "$nonce" "$1"; }
field() { v=; IFS= read -r v <"$1"; }
say() { printf '%s\\t%s\\n' "$1" "$2"; }
link() { v=; if cd -P "$1"; then v=\${PWD##*/}; fi; }
clock() {
  monotonic=
  if [ -r /proc/timer_list ]; then
    while read -r a b c d; do if [ "$a $b" = 'now at' ]; then monotonic=$c; break; fi; done </proc/timer_list
  fi
  read -r uptime idle </proc/uptime
  say "$1" "$uptime $monotonic"
}
section begin
clock clock-begin
field /proc/sys/kernel/osrelease; say kernel "$v"
field /proc/sys/kernel/arch; if [ -z "$v" ]; then v=$(uname -m); fi; say machine "$v"
field /proc/sys/kernel/hostname; say hostname "$v"
field /proc/sys/kernel/random/boot_id; say boot-id "$v"
field /proc/cmdline; say cmdline "$v"
for p in udevadm ip ethtool dmesg systemctl busybox sudo; do
  if command -v "$p" >/dev/null; then say have "$p"; fi
done
uid=
while read -r a b c; do if [ "$a" = Uid: ]; then uid=\${c%%[!0-9]*}; break; fi; done </proc/self/status
say uid "$uid"
if [ "$uid" != 0 ] && command -v sudo >/dev/null && sudo -n true >/dev/null; then say sudo yes; fi
field /proc/1/comm; say init "$v"
if [ "$v" = systemd ]; then say systemd "$(systemctl is-system-running)"; fi
if [ -e /run/openrc/rc.starting ]; then say openrc starting; fi
if [ -e /run/udev/queue ]; then say udev busy; fi
if true </dev/kmsg; then say kernel-log readable; fi
if [ -e /run/cloud-init/result.json ]; then say cloud-init finished
elif [ -e /run/cloud-init/status.json ]; then say cloud-init running; fi
say ssh "$SSH_CONNECTION"
for d in pciehp acpiphp; do if [ -d "/sys/module/$d" ]; then say hotplug "$d"; fi; done
if [ -d /sys/bus/pci_express/drivers/pciehp ]; then say hotplug pciehp; fi
for d in /run/netns/*; do if [ -e "$d" ]; then say netns "\${d##*/}"; fi; done
section pci
for d in /sys/bus/pci/devices/*; do
  cd -P "$d" || continue
  p=$PWD
  field class; a=$v
  field vendor; a="$a	$v"
  field device; a="$a	$v"
  field subsystem_vendor; a="$a	$v"
  field subsystem_device; a="$a	$v"
  b=; for f in pci_bus/*; do if [ -e "$f" ]; then b=\${f##*/}; fi; done
  link driver
  printf '%s\\t%s\\t%s\\t%s\\n' "$p" "$a" "$b" "$v"
done
section pciehp
for d in /sys/bus/pci_express/drivers/pciehp/*:*; do
  if [ -e "$d" ]; then printf '%s\\n' "\${d##*/}"; fi
done
section slots
for d in /sys/bus/pci/slots/*; do
  [ -d "$d" ] || continue
  field "$d/address"; a=$v
  field "$d/power"; b=$v
  link "$d/module"
  printf '%s\\t%s\\t%s\\t%s\\n' "\${d##*/}" "$a" "$b" "$v"
done
section netdevs
for d in /sys/class/net/*; do
  [ -e "$d/ifindex" ] || continue
  cd -P "$d" || continue
  a=\${d##*/}
  for f in ifindex address operstate carrier flags mtu speed duplex; do field "$f"; a="$a	$v"; done
  b=
  while IFS='=' read -r f v; do if [ "$f" = DEVTYPE ]; then b=$v; break; fi; done <uevent
  a="$a	$b"
  b=; for f in upper_*; do if [ -e "$f" ]; then b="$b \${f#upper_}"; fi; done
  a="$a	$b"
  b=; for f in lower_*; do if [ -e "$f" ]; then b="$b \${f#lower_}"; fi; done
  a="$a	$b"
  link master; a="$a	$v"
  if cd -P "$d/device"; then p=$PWD; link driver; else p=; v=; fi
  printf '%s\\t%s\\t%s\\n' "$a" "$p" "$v"
done
section files
grep -HE '^btime |/run/udev/control$|^E:ID_NET_|^[^	]+	00000000	|^0{32} 00 ' /proc/stat /proc/net/unix \\
  /proc/net/route /proc/net/ipv6_route /run/udev/data/n[0-9]*
section links
if command -v ip >/dev/null; then
  printf 'link\\naddr\\n' | ip -o -b - || ip -o addr
else
  section fib
  cat /proc/net/route
  grep -B 1 'host LOCAL' /proc/net/fib_trie
  section if6
  cat /proc/net/if_inet6
fi
section log
if command -v dmesg >/dev/null; then
  dmesg -r -l emerg || dmesg | grep 'unregister_netdevice: waiting for' | tail -n 50
fi
section clock
clock clock-end
section end
}
hotnic_probe "$@"
exit 0
`;
