/**
 * Takes a network function off the guest's PCI bus: "$1" its address, "$2" and "$3" its vendor and device as sysfs
 * writes them. Says `already` when it is gone; refuses another device at the address, and one that is no network function.
 */
export const REMOVE_FUNCTION = `d=/sys/bus/pci/devices/$1
if [ ! -e "$d" ]; then say already yes; say done yes; exit 0; fi
field "$d/vendor"; [ "$v" = "$2" ] || fail "another device is at $1 now (vendor $v)"
field "$d/device"; [ "$v" = "$3" ] || fail "another device is at $1 now (device $v)"
field "$d/class"; case $v in 0x02*) ;; *) fail "$1 is no network function" ;; esac
echo 1 >"$d/remove" || fail 'the kernel refused it'
if [ -e "$d" ]; then fail "$1 is still listed"; fi`;

/** Makes the guest's kernel look for new devices on every PCI bus. */
export const RESCAN = `echo 1 >/sys/bus/pci/rescan || fail 'the kernel refused it'`;

/**
 * Binds a device to its driver: "$1" bus (pci or virtio), "$2" device, "$3" driver or '' for whichever fits, "$4" the
 * PCI address that the device is on. Says `driver`: what it is bound to now.
 */
export const BIND_DRIVER = `d=/sys/bus/$1/devices/$2
[ -e "$d" ] || fail "$2 is not there"
r=$(cd -P "$d" && pwd); case $r/ in */"$4"/*) ;; *) fail "$2 is not on $4 any more" ;; esac
if [ ! -e "$d/driver" ]; then
  if [ -n "$3" ]; then echo "$2" >"/sys/bus/$1/drivers/$3/bind"; else echo "$2" >"/sys/bus/$1/drivers_probe"; fi
fi
[ -e "$d/driver" ] || fail 'no driver took it'
r=$(cd -P "$d/driver" && pwd); say driver "\${r##*/}"`;

/** Says `driver`: what the device "$2" on bus "$1" is bound to, '' for nothing. */
export const BOUND_DRIVER = `d=/sys/bus/$1/devices/$2/driver
if [ -e "$d" ]; then r=$(cd -P "$d" && pwd); say driver "\${r##*/}"; else say driver ''; fi`;

/** Takes the driver "$3" off a device again; '' takes off whichever it has. */
export const UNBIND_DRIVER = `d=/sys/bus/$1/devices/$2
if [ -e "$d/driver" ]; then
  r=$(cd -P "$d/driver" && pwd)
  echo "$2" >"$d/driver/unbind" || fail "the kernel refused it (\${r##*/})"
fi`;
