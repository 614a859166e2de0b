import { DEEP_SCRIPT } from './probe-deep-script.js';
import { NETDEV_LINE } from './probe-netdev-line.js';

/**
 * What the probe feeds to `sh -s -- NONCE` in the guest: POSIX sh only (dash, busybox ash), wrapped in a function so
 * that no command can eat the rest of it from standard input and half of it never runs. Forks are rare, because each
 * costs milliseconds on an emulated guest: files are read by the `read` builtin and links followed by `cd -P`.
 *
 * The answer is a list of sections, each opened by a line "#NONCE name"; probe-sections.ts reads it. It asks nothing
 * of a device's `uevent` or `driver_override` on the PCI bus: those block while a vfio group is stuck.
 *
 * What costs much is looked at only where there is a reason: the guest's other network namespaces, drivers and holders
 * when a network function shows no netdev, the network configuration when a `full` probe asks for it.
 *
 * `more` is the text of a function `hotnic_more` that goes on where the probe ends, with its variables.
 */
export function probeScript(depth: 'quick' | 'full', more = ''): string {
  const script = SCRIPT.replace('@DEPTH@', depth);
  return more === '' ? script : more + script.replace(CALL, () => CALL_MORE);
}

const CALL = `hotnic_probe "$@"
exit 0`;
// A list in braces is read whole before any of it runs: the probe closes the standard input that it is read from.
const CALL_MORE = `{ hotnic_probe "$@"; hotnic_more; exit 0; }`;

const SCRIPT = `
hotnic_probe() {
nonce=$1; depth=@DEPTH@; bare=; stuck=; sudo=
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
if [ "$uid" != 0 ] && command -v sudo >/dev/null && sudo -n true >/dev/null; then say sudo yes; sudo='sudo -n'; fi
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
  case $v in 0x02*)
    b=; for f in net/* */net/*; do if [ -e "$f" ]; then b=1; fi; done
    if [ -z "$b" ]; then bare=1; fi
  esac
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
${NETDEV_LINE}done
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
  if v=$(dmesg -r -l emerg); then :; else v=$(dmesg | grep 'unregister_netdevice: waiting for' | tail -n 50); fi
  case $v in *'unregister_netdevice: waiting for'*) stuck=$bare ;; esac
  printf '%s\\n' "$v"
fi
if [ -n "$bare" ] || [ "$depth" = full ]; then
  $sudo sh -s -- "$nonce" "$depth" "$bare" "$stuck" <<'HOTNIC_DEEP'
${DEEP_SCRIPT}
HOTNIC_DEEP
fi
section clock
clock clock-end
section end
}
hotnic_probe "$@"
exit 0
`;
