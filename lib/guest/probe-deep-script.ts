import { CONFIG_PART } from './probe-config-script.js';
import { HOLDERS_PART } from './probe-holders-script.js';
import { NETDEV_LINE } from './probe-netdev-line.js';

/**
 * The costly part of the probe, a script of its own so that it can run as root through sudo: `sh -s -- NONCE DEPTH
 * BARE STUCK`. BARE and STUCK are '1' where a network function shows no netdev, and where the kernel waits for one.
 *
 * Another namespace's netdevs are only in a sysfs that was mounted inside it (sysfs is tagged by the namespace of
 * its mount), so each look mounts one in a mount namespace that ends with the look.
 */
export const DEEP_SCRIPT = `hotnic_deep() {
nonce=$1; depth=$2; bare=$3; stuck=$4
exec 2>/dev/null </dev/null
unset CDPATH
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin; export PATH
section() { printf '#%s %s\\n' "$nonce" "$1"; }
field() { v=; IFS= read -r v <"$1"; }
look() {
  nsenter "--net=$1" unshare -m sh -s <<'HOTNIC_LOOK'
exec </dev/null
field() { v=; IFS= read -r v <"$1"; }
link() { v=; if cd -P "$1"; then v=\${PWD##*/}; fi; }
mount -t sysfs sysfs /sys || exit 1
for d in /sys/class/net/*; do
  [ -e "$d/device" ] || continue
${NETDEV_LINE}done
HOTNIC_LOOK
}
unbound() {
  printf 'fn\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$1" "$2" "$3" "$4" "$5"
  r=$(uname -r); v=\${5%%d*}
  {
    grep -F -e "alias $v" -e "alias \${5%%:*}:v*" "/lib/modules/$r/modules.alias"
    tr '\\000' '\\n' <"/lib/modules/$r/modules.builtin.modinfo" | grep -F -e ".alias=$v" -e ".alias=\${5%%:*}:v*" |
      while IFS= read -r l; do printf 'alias %s %s\\n' "\${l#*.alias=}" "\${l%%.alias=*}"; done
  } | while read -r a p m; do
    case $5 in
    $p) if [ -d "/sys/module/$m" ]; then a=loaded; else a=available; fi
      printf 'module\\t%s\\t%s\\t%s\\n' "$1" "$m" "$a" ;;
    esac
  done
  dmesg | grep -F -e "$1" -e "$3: " | tail -n 20 | while IFS= read -r l; do printf 'log\\t%s\\t%s\\n' "$1" "$l"; done
}
drivers() {
  section drivers
  any=
  for d in /sys/bus/pci/devices/*; do
    field "$d/class"
    case $v in 0x02*) ;; *) continue ;; esac
    b=; for f in "$d"/net/* "$d"/*/net/*; do if [ -e "$f" ]; then b=1; fi; done
    if [ -n "$b" ]; then continue; fi
    a=\${d##*/}
    if [ ! -e "$d/driver" ]; then field "$d/modalias"; unbound "$a" pci "$a" '' "$v"; any=1; continue; fi
    for f in "$d"/virtio*; do
      if [ ! -e "$f" ] || [ -e "$f/driver" ]; then continue; fi
      field "$f/modalias"; unbound "$a" virtio "\${f##*/}" '' "$v"; any=1
    done
  done
  [ -n "$any" ] || return
  for f in pci virtio; do field "/sys/bus/$f/drivers_autoprobe"; printf 'autoprobe\\t%s\\t%s\\n' "$f" "$v"; done
  for d in /etc/modprobe.d /run/modprobe.d /usr/local/lib/modprobe.d /usr/lib/modprobe.d /lib/modprobe.d; do
    grep -HnE '^[[:space:]]*(blacklist|install)[[:space:]]' "$d"/*.conf
  done | cut -b1-400 | head -n 500 | while IFS= read -r l; do printf 'rule\\t%s\\n' "$l"; done
}
namespaces() {
  section netns
  l=$(ls -Li /run/netns/* /proc/[0-9]*/ns/net)
  own=\${l%% /proc/$$/ns/net*}; own=\${own##*[!0-9]}
  if [ -z "$own" ]; then printf 'unreadable\\n'; return; fi
  seen=" $own "; n=0
  { case $l in *' /run/'*) printf '%s\\n' "$l" | grep -F ' /run/' ;; esac; printf '%s\\n' "$l"; } | while read -r i p; do
    case $seen in *" $i "*) continue ;; esac
    seen="$seen$i "; n=$((n + 1))
    if [ "$n" -gt 64 ]; then printf 'more\\n'; break; fi
    c=; case $p in /proc/*) c=\${p#/proc/}; field "/proc/\${c%%/*}/comm"; c=$v ;; esac
    printf 'ns\\t%s\\t%s\\n' "$p" "$c"
    if l=$(look "$p"); then
      if [ -n "$l" ]; then printf '%s\\n' "$l"; fi
    else printf 'unreadable\\n'; fi
  done
}
if [ -n "$bare" ]; then drivers; fi
namespaces
if [ -n "$stuck" ]; then
${HOLDERS_PART}
fi
if [ "$depth" = full ]; then
${CONFIG_PART}
fi
}
hotnic_deep "$@"
exit 0`;
