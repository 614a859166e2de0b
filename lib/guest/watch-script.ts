/**
 * What a watch feeds to `sh -s -- UUID MODE`; MODE is 'udev' or 'sysfs'. It runs until nobody reads it any more: a
 * tick every few seconds fails to be written then, and takes everything it started along.
 *
 * Lines out, by their first column: "E" a uevent's headline as udevadm prints it, "P" one of its properties, "S" the
 * state of its netdev, "." its end; "K" a line of the kernel log, a line of raw /dev/kmsg where dmesg cannot follow;
 * "N" and "F" netdevs and PCI functions in a snapshot, ";" its end; "T" a tick with the clocks; "X" a step that the
 * guest refused. Blocks are written in one piece, so that streams do not mix within them.
 *
 * That udevadm listens is proved by an event made for the purpose (`change` on the loopback device, with the UUID),
 * sent once udevadm has printed its heading, which it does after binding its sockets; and that dmesg does, by a line
 * of our own in the log. Both are repeated with the first ticks until they have come back.
 *
 * Every line costs the guest's shell time, so only what is needed is listened to: not the queues of a netdev, for
 * example, because udev answers the later events of the devices above them only after theirs.
 */
export const WATCH_SCRIPT = `
hotnic_watch() {
uuid=$1
exec 2>/dev/null </dev/null
unset CDPATH
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin
nl='
'
tab='	'
nap() { sleep "$1" || usleep 200000 || sleep 1; }
field() { v=; IFS= read -r v <"$1"; }
state() {
  b=
  cd -P "/sys/class/net/$1" || return
  for f in ifindex address operstate carrier flags mtu; do field "$f"; b="$b$tab$v"; done
  v=; if cd -P device/driver; then v=\${PWD##*/}; fi
  read -r f idle </proc/uptime
  b="$1$b$tab$v$tab$f"
}
mark() { printf '<7>hotnic: listening %s\\n' "$uuid" >/dev/kmsg; }
trigger() {
  { printf 'change %s\\n' "$uuid" || printf 'change\\n'; } >/sys/class/net/lo/uevent || printf 'X\\ttrigger\\n'
}
tick() {
  monotonic=
  if [ -r /proc/timer_list ]; then
    while read -r a b c d; do if [ "$a $b" = 'now at' ]; then monotonic=$c; break; fi; done </proc/timer_list
  fi
  read -r uptime idle </proc/uptime
  printf 'T\\t%s %s\\t%s\\t%s\\n' "$uptime" "$monotonic" "$1" "$2"
}
supervise() {
  u=; k=
  trap 'kill $u $k' EXIT
  trap 'exit 0' HUP INT TERM PIPE
  if [ "$1" = udev ]; then
    udevadm monitor --kernel --udev --property --subsystem-match=net --subsystem-match=pci \\
      --subsystem-match=virtio &
    u=$!
  fi
  if [ "$2" = dmesg ]; then dmesg -W -r & k=$!; fi
  for s in 0.05 0.05 0.1 0.1 0.2 0.2 0.5 0.5 1 1 2; do
    nap "$s"
    x=dead; y=dead
    if kill -0 "$u"; then x=alive; fi
    if kill -0 "$k"; then y=alive; fi
    tick "$x" "$y" || exit 0
  done
  while :; do
    nap 3
    x=dead; y=dead
    if kill -0 "$u"; then x=alive; fi
    if kill -0 "$k"; then y=alive; fi
    tick "$x" "$y" || exit 0
  done
}
report() {
  marked=$1; heading=; back=; block=; name=
  while IFS= read -r l; do
    case $l in
    '')
      if [ -n "$block" ]; then
        b=; if [ -n "$name" ]; then state "$name"; fi
        if [ -n "$b" ]; then block="\${block}S$tab$b$nl"; fi
        printf '%s.\\n' "$block" || exit 0
      elif [ -n "$heading" ]; then
        trigger
        heading=done
      fi
      block=; name=; net=
      ;;
    T*)
      printf '%s\\n' "$l" || exit 0
      if [ -z "$marked" ]; then mark || marked=no; fi
      if [ "$heading" = done ] && [ -z "$back" ]; then trigger; fi
      ;;
    'KERNEL - '*) heading=1 ;;
    'UDEV - '*|monitor*) ;;
    '<'*)
      case $l in *"hotnic: listening $uuid"*) marked=yes ;; esac
      printf 'K\\t%s\\n' "$l" || exit 0
      ;;
    KERNEL*'(net)'|UDEV*'(net)')
      block="E$tab$l$nl"
      case $l in
      *'] remove '*|KERNEL*'] move '*) net= ;;
      */devices/virtual/*) net= ;;
      *) net=1 ;;
      esac
      ;;
    KERNEL*|UDEV*) block="E$tab$l$nl"; net= ;;
    INTERFACE=*)
      block="\${block}P$tab$l$nl"
      if [ -n "$net" ]; then name=\${l#*=}; fi
      ;;
    SYNTH_UUID=*) back=1; block="\${block}P$tab$l$nl" ;;
    SEQNUM=*|IFINDEX=*|DEVPATH_OLD=*|DRIVER=*|ID_NET_*|PCI_*|ACTION=*|SUBSYSTEM=*) block="\${block}P$tab$l$nl" ;;
    esac
  done
}
snapshots() {
  old=; n=0
  trap 'kill $k' EXIT
  trap 'exit 0' HUP INT TERM PIPE
  k=$1
  while :; do
    s=
    for d in /sys/class/net/*; do
      [ -e "$d/ifindex" ] || continue
      state "\${d##*/}"
      cd -P "$d" && s="\${s}N$tab\${PWD#/sys}$tab\${b%$tab*}$nl"
    done
    for d in /sys/bus/pci/devices/*; do
      cd -P "$d" || continue
      p=\${PWD#/sys}
      v=; if cd -P driver; then v=\${PWD##*/}; fi
      s="\${s}F$tab$p$tab$v$nl"
    done
    if [ "$s" != "$old" ]; then
      tick - - || exit 0
      printf '%s;\\n' "$s" || exit 0
      old=$s
    elif [ "$n" -ge 15 ]; then
      tick - - || exit 0
      n=0
    fi
    n=$((n + 1))
    nap 0.2
  done
}
printf '#%s watch\\n' "$uuid"
log=none
if true </dev/kmsg; then
  log=cat
  if [ "$2" = udev ] && dmesg -W -V >/dev/null; then log=dmesg; fi
fi
k=
if [ "$log" = cat ]; then
  mark
  cat /dev/kmsg & k=$!
fi
if [ "$2" = udev ]; then
  if [ "$log" = dmesg ]; then marked=; else marked=no; fi
  supervise udev "$log" | report "$marked"
  if [ -n "$k" ]; then kill "$k"; fi
else
  snapshots "$k"
fi
}
hotnic_watch "$@"
exit 0
`;
