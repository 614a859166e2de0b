// A leading dot keeps the parked file out of every system's globs: "source /etc/network/interfaces.d/*" takes any
// other name, whatever its end (interfaces(5), wordexp(3)).
const PRELUDE = `path=$1; sum=$2; backup=$3; shift 3
dir=\${path%/*}; work=$backup.new
sum_of() { v=$(sha256sum <"$1"); v=\${v%% *}; }
is() { [ -f "$1" ] && sum_of "$1" && [ "$v" = "$2" ]; }
cut_of() { if [ "$#" -gt 0 ]; then sed "$@" <"$backup"; fi; }
`;

/**
 * Puts a file aside, or lines of it: "$1" path, "$2" its SHA-256, "$3" where to; then sed's deletions ("-e" "3,5d"),
 * none for the whole file. Mode, owner and times stay: a whole file is renamed, a cut one is a copy of the original.
 * Refuses a file that is not as it was read.
 */
export const PARK = `${PRELUDE}
if [ "$#" = 0 ]; then
  if [ ! -e "$path" ] && is "$backup" "$sum"; then say already yes; say done yes; exit 0; fi
  is "$path" "$sum" || fail "$path is not as it was read"
  if [ -e "$backup" ]; then is "$backup" "$sum" || fail "$backup is in the way"; fi
  mv -f "$path" "$backup" || fail "mv $path"
else
  if is "$backup" "$sum" && ! is "$path" "$sum"; then
    cut_of "$@" >"$work"; sum_of "$work"; rm -f "$work"
    is "$path" "$v" || fail "$path is not as it was read"
    say already yes; say done yes; exit 0
  fi
  if [ -L "$path" ]; then fail "$path is a link"; fi
  is "$path" "$sum" || fail "$path is not as it was read"
  { cp -p "$path" "$work" && mv -f "$work" "$backup"; } || fail "copy $path"
  { cp -p "$path" "$work" && cut_of "$@" >"$work" && [ -s "$work" ] && mv -f "$work" "$path"; } || { rm -f "$work"; fail "write $path"; }
fi
sync`;

/** Puts back what PARK took: the same arguments. A file that was written again since is left alone. */
export const UNPARK = `${PRELUDE}
if [ ! -e "$backup" ]; then
  is "$path" "$sum" || fail "$backup is gone, and $path is not as it was"
  say already yes; say done yes; exit 0
fi
is "$backup" "$sum" || fail "$backup was changed"
if [ -e "$path" ] && ! is "$path" "$sum"; then
  if [ "$#" = 0 ]; then fail "$path was made again"; fi
  cut_of "$@" >"$work"; sum_of "$work"; rm -f "$work"
  is "$path" "$v" || fail "$path was changed since"
fi
mv -f "$backup" "$path" || fail "mv $backup"
sync`;

/** Says `parked`: whether the file is not there any more, or no longer what it was. */
export const IS_PARKED = `${PRELUDE}
if is "$backup" "$sum" && ! is "$path" "$sum"; then say parked yes; else say parked no; fi`;
