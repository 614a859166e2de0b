/**
 * What the agent runs for each command, as `sh -c START sh NAME STALE INPUT COMMAND…`: makes the folder NAME for its
 * output, becomes the command with its own process group. STALE are folders of earlier commands that are not needed any
 * more, INPUT is a file to read from or ''. Exit status 125 without an output file: no place to write; 127 without one: no
 * such command. The size limit (in 512-byte blocks: 64 MiB) keeps an endless output from filling the guest's memory
 * before it is seen.
 */
export const START = `
umask 077
LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
export LC_ALL PATH
name=$1 stale=$2 input=$3
shift 3
for old in $stale; do rm -rf "/run/$old" "/tmp/$old" "/run/$old.in" "/tmp/$old.in"; done
d=/run/$name
mkdir "$d" 2>/dev/null || { d=/tmp/$name; mkdir "$d" 2>/dev/null; } || exit 125
if ! command -v "$1" >/dev/null 2>&1; then exit 127; fi
if command -v setsid >/dev/null 2>&1; then set -- setsid "$@"; fi
: >"$d/err" || exit 125
ulimit -f 131072 2>/dev/null
unset name stale old
if [ -n "$input" ]; then exec "$@" >"$d/out" 2>>"$d/err" <"$input"; fi
exec "$@" >"$d/out" 2>>"$d/err"
`;

/** Kills a process's group, or where it has none of its own the process. */
export const KILL = `kill -s KILL -- "-$1" 2>/dev/null || kill -s KILL "$1" 2>/dev/null; :`;

/** Takes folders of commands away, with their input files. */
export const TIDY = `for old; do rm -rf "/run/$old" "/tmp/$old" "/run/$old.in" "/tmp/$old.in"; done`;

/** Where the script puts a folder, in the order in which it tries. */
export const PLACES = ['/run', '/tmp'] as const;
