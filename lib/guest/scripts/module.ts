/** Says `loaded`: yes or no, for the module "$1". */
export const MODULE_LOADED = `if [ -d "/sys/module/$1" ]; then say loaded yes; else say loaded no; fi`;

/** Loads the module "$1" by its name, which a blacklist does not forbid; an `install` line of modprobe.d does. */
export const LOAD_MODULE = `if [ ! -d "/sys/module/$1" ]; then modprobe "$1" || fail "modprobe $1"; fi
[ -d "/sys/module/$1" ] || fail "$1 did not load"`;

/**
 * Unloads the module "$1" where nothing but the function "$2" has come to use it since it was loaded. A network
 * driver's use count is 0 while it serves NICs, so its devices are looked at, too.
 */
export const UNLOAD_MODULE = `d=/sys/module/$1
if [ -d "$d" ]; then
  field "$d/refcnt"; [ "\${v:-1}" = 0 ] || fail "$1 is in use ($v)"
  for f in "$d"/holders/*; do if [ -e "$f" ]; then fail "$1 is used by \${f##*/}"; fi; done
  for f in "$d"/drivers/*/*; do
    [ -L "$f" ] || continue
    r=$(cd -P "$f" && pwd)
    case $r/ in */"$2"/*|*/sys/module/*) ;; *) fail "$1 has come to serve \${f##*/}" ;; esac
  done
  rmmod "$1" || fail "rmmod $1"
fi`;
