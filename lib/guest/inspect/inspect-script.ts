import { probeScript } from '../probe-script.js';
import { CHECK_PART } from './check-part.js';

/**
 * What an inspection feeds to `sh -s -- NONCE`: the full probe, and behind its last section more of them about hardware
 * and about who configures what; for a check also what stands in the way of a hot-plug. One script, so that the guest is
 * asked once. The second part runs as root where the guest lets this user be root: without it some files are unreadable,
 * which leaves lines out and fails nothing. Nothing is read line by line from a pipe: a shell does that byte by byte,
 * which took an emulated guest seconds.
 */
export function inspectScript(what: 'inspect' | 'check'): string {
  const part = MORE.replace('@CHECK@', () => (what === 'check' ? CHECK_PART : ''));
  return probeScript('full', part);
}

const MORE = `hotnic_more() {
$sudo sh -s -- "$nonce" <<'HOTNIC_MORE'
hotnic_inspect() {
nonce=$1
exec 2>/dev/null </dev/null
unset CDPATH
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin; export PATH
section() { printf '#%s %s\\n' "$nonce" "$1"; }
field() { v=; IFS= read -r v <"$1"; }
say() { printf '%s\\t%s\\n' "$1" "$2"; }
link() { v=; if cd -P "$1"; then v=\${PWD##*/}; fi; }
section machine
for f in sys_vendor product_name product_version product_uuid bios_vendor bios_version board_vendor board_name \\
  board_asset_tag chassis_vendor chassis_asset_tag; do
  if [ -r "/sys/class/dmi/id/$f" ]; then field "/sys/class/dmi/id/$f"; say "$f" "$v"; fi
done
for f in type guest_type; do
  if [ -r "/sys/hypervisor/$f" ]; then field "/sys/hypervisor/$f"; say "hypervisor-$f" "$v"; fi
done
if [ -r /proc/device-tree/compatible ]; then field /proc/device-tree/compatible; say compatible "$v"; fi
field /sys/devices/system/clocksource/clocksource0/current_clocksource; say clocksource "$v"
if grep -qw hypervisor /proc/cpuinfo; then say cpu-flag hypervisor; fi
if command -v lscpu >/dev/null; then
  lscpu | sed -n -E 's/^(Hypervisor vendor|Virtualization type):/lscpu	&/p'
fi
for p in ethtool modinfo lscpu udevadm; do if command -v "$p" >/dev/null; then say have "$p"; fi; done
for d in /proc/[0-9]*; do
  field "$d/comm"
  case $v in
  NetworkManager|systemd-network|dhcpcd|connmand|wickedd) say daemon "$v" ;;
  dhclient|udhcpc) a=$v; v=$(tr '\\000' ' ' <"$d/cmdline"); say dhcp "$a $v" ;;
  esac
done
section nics
n=; mods=
for d in /sys/class/net/*; do
  if [ ! -e "$d/device" ] || [ ! -e "$d/ifindex" ]; then continue; fi
  name=\${d##*/}; n="$n $name"
  field "$d/ifindex"; a="$name	$v"
  link "$d/device/subsystem"; a="$a	$v"
  field "$d/device/modalias"; a="$a	$v"
  link "$d/device/driver/module"; m=$v; a="$a	$m"
  case " $mods " in *" $m "*) ;; *) mods="$mods $m" ;; esac
  v=; if [ -n "$m" ]; then field "/sys/module/$m/version"; fi; a="$a	$v"
  v=; if [ -n "$m" ]; then field "/sys/module/$m/srcversion"; fi; a="$a	$v"
  rx=0; tx=0
  for f in "$d"/queues/rx-*; do if [ -e "$f" ]; then rx=$((rx + 1)); fi; done
  for f in "$d"/queues/tx-*; do if [ -e "$f" ]; then tx=$((tx + 1)); fi; done
  a="$a	$rx	$tx"
  field "$d/name_assign_type"
  printf '%s\\t%s\\n' "$a" "$v"
done
section ethtool
if command -v ethtool >/dev/null; then
  for name in $n; do
    for f in '' -i -k -g -l; do
      printf '>%s\\t%s\\n' "$name" "$f"
      ethtool $f "$name"
    done
  done
fi
section module
if [ -n "$mods" ] && command -v modinfo >/dev/null; then
  modinfo $mods | grep -E '^(filename|name|version|srcversion|vermagic|depends|parm):' | head -n 1000
fi
section owner
grep -HE '^(ADMIN_STATE|NETWORK_FILE|managed|nm-owned|connection-uuid)=' /run/systemd/netif/links/[0-9]* \\
  /run/NetworkManager/devices/[0-9]* | head -n 1000
section ifstate
head -n 200 /run/network/ifstate
section linkfile
for f in $(grep -h '^E:ID_NET_LINK_FILE=' /run/udev/data/n[0-9]* | cut -d= -f2 | sort -u | head -n 20); do
  grep -HE '^(Name|NamePolicy|MACAddressPolicy)[[:space:]]*=' "$f" | head -n 20
done
@CHECK@
section more-end
}
hotnic_inspect "$@"
HOTNIC_MORE
}
`;
