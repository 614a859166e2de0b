/**
 * What `quiesce` feeds to `sh -s -- NONCE NETDEV IFINDEX`: first writes down how the netdev stands, then takes it out
 * of its master and sets it down. Nothing is done when the name has come to mean another device. All names are
 * parameters; the script itself is always the same.
 */
export const QUIESCE_SCRIPT = `
hotnic_quiesce() {
nonce=$1; name=$2; index=$3
exec 2>&1 </dev/null
unset CDPATH
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin
section() { printf '#%s %s\\n' "$nonce" "$1"; }
section begin
v=; IFS= read -r v <"/sys/class/net/$name/ifindex"
if [ "$v" != "$index" ]; then section gone; return; fi
IFS= read -r flags <"/sys/class/net/$name/flags"
master=
if [ -e "/sys/class/net/$name/master" ] && cd -P "/sys/class/net/$name/master"; then master=\${PWD##*/}; fi
section state
printf '%s\\t%s\\n' "$flags" "$master"
section addresses
ip -o addr show dev "$name"
section routes4
ip -4 route show table all dev "$name"
section routes6
ip -6 route show table all dev "$name"
section act
if [ -n "$master" ]; then ip link set dev "$name" nomaster || printf 'failed\\tnomaster\\n'; fi
ip link set dev "$name" down || printf 'failed\\tdown\\n'
section end
}
hotnic_quiesce "$@"
exit 0
`;
