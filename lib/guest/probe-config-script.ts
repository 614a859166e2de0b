/**
 * The part of the probe that prints the guest's network configuration: what an administrator or an installer wrote
 * (/etc and cloud-init's seed), not the vendor's templates in /usr/lib nor what is generated anew in /run. What looks
 * like a secret (Wi-Fi, VPN, 802.1X) is cut off in the guest and never leaves it; in YAML's braces it becomes an x, so
 * that the rest still reads. Read by probe-config.ts.
 */
export const CONFIG_PART = `section config
set --
for f in /etc/network/interfaces /etc/network/interfaces.d/* /etc/netplan/*.yaml \\
  /etc/NetworkManager/system-connections/* /etc/sysconfig/network-scripts/ifcfg-* /etc/sysconfig/network/ifcfg-* \\
  /etc/systemd/network/*.network /etc/systemd/network/*.link /etc/systemd/network/*.netdev \\
  /etc/udev/rules.d/*.rules /etc/cloud/cloud.cfg /etc/cloud/cloud.cfg.d/*.cfg \\
  /var/lib/cloud/seed/nocloud/network-config /var/lib/cloud/seed/nocloud-net/network-config; do
  if [ -f "$f" ] && [ -r "$f" ] && [ "$#" -lt 300 ]; then set -- "$@" "$f"; fi
done
k='([Pp][Ss][Kk]|[Pp][Aa][Ss][Ss][Ww]|[Ss][Ee][Cc][Rr][Ee][Tt]|[Pp][Rr][Ii][Vv][Aa][Tt][Ee]|[Ww][Ee][Pp]|[Kk][Ee][Yy])[A-Za-z0-9_.-]*["'"'"']?[[:space:]]*'
q="'"
{
  if [ "$#" -gt 0 ]; then sha256sum "$@"; fi
  for f; do
    printf '>%s\\n' "$f"
    case $f in */rules.d/*) l=address ;; *) l= ;; esac
    y=
    case $f in
    *.yaml|*/cloud/*) y="/[{].*$k:/{s/($k:[[:space:]]*)(\\"([^\\"\\\\]|\\\\\\\\.)*\\"|$q[^$q]*$q|[^],}\\"$q]*)/\\1x/g;s/^/=/;p;d;}" ;;
    esac
    grep -n -m 2000 -e "$l" "$f" | sed -E -e "$y" -e "s/($k[:= 	]).*/\\1/" -e 's/^/=/'
    printf '\\n'
  done
  printf '.\\n'
} | cut -b1-1000 | head -c 1500000
printf '\\n'`;
