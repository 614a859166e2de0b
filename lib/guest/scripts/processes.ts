/**
 * Ends processes: arguments are pairs of process id and start time, after "$1", the seconds between SIGTERM and
 * SIGKILL. A process with another start time is another one and left alone. Says `ended`, `killed`, `other`, `left`.
 */
export const END_PROCESSES = `grace=$1; shift
same() { v=; IFS= read -r v <"/proc/$1/stat"; set -- "$2" \${v##*) }; [ "\${21}" = "$1" ] && [ "$2" != Z ]; }
all=; other=
while [ "$#" -gt 1 ]; do
  if same "$1" "$2"; then all="$all $1:$2"; kill -TERM "$1"; elif [ -d "/proc/$1" ]; then other="$other $1"; fi
  shift 2
done
alive() { alive=; for p in $all; do if same "\${p%%:*}" "\${p#*:}"; then alive="$alive $p"; fi; done; [ -n "$alive" ]; }
wait_gone() { n=0; while alive && [ "$n" -lt "$1" ]; do sleep 0.2 || sleep 1; n=$((n + 1)); done; }
wait_gone $((grace * 5))
killed=$alive
for p in $killed; do if same "\${p%%:*}" "\${p#*:}"; then kill -KILL "\${p%%:*}"; fi; done
wait_gone 10
say asked "$all"; say killed "$killed"; say other "$other"; say left "$alive"`;
