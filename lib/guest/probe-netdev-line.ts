/**
 * The part of the probe that prints one netdev, `$d` being its directory in sysfs: 15 columns, read by
 * probe-netdevs.ts. It expects the functions `field` and `link`.
 */
export const NETDEV_LINE = `  cd -P "$d" || continue
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
`;
