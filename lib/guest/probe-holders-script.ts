/**
 * The part of a root's script that looks for whatever may hold a reference to a netdev: packet sockets of every
 * network namespace with the processes that have them open, and what the threads of those processes wait in; and
 * processes that wait uninterruptibly, without the kernel's own threads (PF_KTHREAD 0x200000 of linux/sched.h: the one that
 * removes the netdev is among them). It expects the function `section`. Read by probe-holders.ts.
 */
export const HOLDERS_PART = `section holders
seen=' '; inodes=
nets=$(ls -Li /proc/[0-9]*/ns/net | while read -r i p; do
  case $seen in *" $i "*) continue ;; esac
  seen="$seen$i "
  printf '%s ' "\${p%/ns/net}"
done)
for d in $nets; do
  while read -r sk refs type proto iface r rmem user inode; do
    case $inode in ''|*[!0-9]*) continue ;; esac
    printf 'packet\\t%s\\t%s\\t%s\\n' "$inode" "$iface" "$proto"
    if [ "\${#inodes}" -lt 4000 ]; then inodes="$inodes|$inode"; fi
  done <"$d/net/packet"
done
pids=' '
if [ -n "$inodes" ]; then
  pids=$(ls -l /proc/[0-9]*/fd | {
    all=' '
    while IFS= read -r l; do
      case $l in
      /proc/*) p=\${l#/proc/}; p=\${p%%/*} ;;
      *'socket:['*)
        i=\${l##*'socket:['}; i=\${i%']'}; l=\${l%' ->'*}
        case "$inodes|" in *"|$i|"*)
          printf 'fd\\t%s\\t%s\\t%s\\n' "$p" "\${l##* }" "$i"
          case $all in *" $p "*) ;; *) all="$all$p " ;; esac
        esac ;;
      esac
    done
    printf ':pids%s\\n' "$all"
  })
  printf '%s\\n' "$pids"
  pids=" \${pids##*:pids} "
fi
n=0
for d in /proc/[0-9]*; do
  p=\${d##*/}; v=; IFS= read -r v <"$d/stat"
  c=\${v#*'('}; c=\${c%')'*}; set -- \${v##*) }
  case $pids in *" $p "*) ;; *) if [ "$1" != D ] || [ $((\${7:-0} & 2097152)) != 0 ]; then continue; fi ;; esac
  n=$((n + 1)); if [ "$n" -gt 100 ]; then break; fi
  printf 'proc\\t%s\\t%s\\t%s\\t%s\\n' "$p" "\${20}" "$1" "$c"
  for t in "$d"/task/*; do
    v=; IFS= read -r v <"$t/syscall"; w=; IFS= read -r w <"$t/wchan"
    printf 'task\\t%s\\t%s\\t%s\\t%s\\n' "$p" "\${t##*/}" "$v" "$w"
  done
done
printf '.\\n'`;
