# What runs on the builder of a detached build: sent over ssh on standard input to `sh -s COMMAND ARGUMENT...`. Needs a POSIX shell
# (dash, bash, busybox), its usual tools and Nix. Each build has a folder of its own:
#
#   client         the client that it belongs to
#   supervisor.sh  this script, which runs and supervises Nix
#   process        the supervisor and Nix: two lines `<pid> <start time> <boot id>`
#   events         the standard error of Nix: its event stream
#   clock          `<epoch ms> <size of events>` while that grows
#   cancel         its existence requests cancellation
#   end            `<exit code or unknown> <epoch seconds>`
#   result         the link that Nix makes: a GC root
#
# exit codes of its own (sysexits.h): 69 Nix is missing, 73 the folder cannot be created, 75 Nix could not be started in time

set -f
umask 077
all=${XDG_STATE_HOME:-${HOME:-}/.local/state}/morph-language-server

# Seconds that Nix has to clean up after SIGTERM.
grace=${MORPH_CANCEL_GRACE:-10}

# The largest piece of a file that is sent at once (bytes).
piece=262144

# Whether /proc is there and shows our own processes: in a container it may show those of its host.
proc=
{ read -r self rest </proc/self/stat; } 2>/dev/null && [ "$self" = $$ ] && proc=/proc

briefly() { sleep 0.2 2>/dev/null || sleep 1; }

# `<pid> <start time> <boot id>`: a pid alone is reused. The start time is 0 if it is unknown, as of a process that has ended.
identity() {
  boot=-
  [ -z "$proc" ] || read -r boot <"$proc/sys/kernel/random/boot_id"
  fields=
  [ -z "$proc" ] || fields=$(cat "$proc/$1/stat" 2>/dev/null)
  set -- "$1" ${fields##*) }
  case ${2:-} in Z | X) set -- "$1" ;; esac
  printf '%s %s %s\n' "$1" "${21:-0}" "$boot"
}

# Whether the process of a line of `process` is running.
alive() {
  pid=${1%% *}
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  kill -0 "$pid" 2>/dev/null && [ "$(identity "$pid")" = "$1" ]
}

# Reads `process` into $supervisor and $nix.
processes() {
  supervisor='' nix=''
  [ -e process ] && { read -r supervisor && read -r nix; } <process
  return 0
}

children() {
  [ -n "$proc" ] || return 0
  set +f
  for each in /proc/[0-9]*/stat; do
    line=$(cat "$each" 2>/dev/null) || continue
    rest=${line##*) }
    rest=${rest#* }
    [ "${rest%% *}" != "$1" ] || printf '%s\n' "${line%% *}"
  done
}

kill_tree() {
  for child in $(children "$1"); do kill_tree "$child"; done
  kill -KILL "$1" 2>/dev/null
}

# Size of a file (bytes); 0 if it does not exist.
size_of() {
  [ -e "$1" ] || { echo 0; return; }
  size=$(wc -c <"$1" 2>/dev/null) || size=0
  echo $((size))
}

# Writes a file as a whole. Waits while the disk is full, as long as the folder exists.
write() {
  until { printf '%s\n' "$2" >"$1.new" && mv "$1.new" "$1"; } 2>/dev/null; do
    [ -d "$folder" ] || exit 0
    sleep 1
  done
}

# Writes the clock if `events` has grown.
watched=0 stopping=0
tick() {
  size=$(size_of events)
  [ "$size" != "$watched" ] || return 0
  watched=$size
  { printf '%s000 %s\n' "$(date +%s)" "$size" >>clock; } 2>/dev/null
}

# One step of watching Nix ($1): the clock, and cancellation. A folder that was removed cancels, too.
step() {
  tick
  [ -e cancel ] || [ ! -d "$folder" ] || return 0
  [ "$stopping" != 0 ] || kill -TERM "$1" 2>/dev/null
  stopping=$((stopping + 1))
  [ "$stopping" -le "$grace" ] || kill_tree "$1"
}

# Runs Nix and records how it ended.
supervise() {
  mkdir lock 2>/dev/null || exit 0
  # The end of a session must not end Nix. A handler is reset in child processes, unlike an ignored signal.
  trap : HUP INT TERM
  "$@" </dev/null >/dev/null 2>>events &
  running=$!
  own=$(identity $$)
  write process "$own
$(identity "$running")"
  # A watcher must not outlive the supervisor: the pid of Nix may be reused then.
  while [ ! -e end ] && alive "$own"; do step "$running"; sleep 1; done &
  watcher=$!
  # A signal to us ends `wait` early.
  while :; do
    wait "$running"
    code=$?
    kill -0 "$running" 2>/dev/null || break
  done
  kill "$watcher" 2>/dev/null
  tick
  write end "$code $(date +%s)"
}

# Supervises a Nix whose supervisor was killed. Only its parent could have read its exit code.
adopt() {
  processes
  alive "$supervisor" && exit 0
  [ ! -e end ] || exit 0
  trap : HUP INT TERM
  write process "$(identity $$; printf '%s\n' "$nix")"
  while alive "$nix"; do step "${nix%% *}"; sleep 1; done
  write end "unknown $(date +%s)"
}

# Runs the supervisor in a session of its own.
launch() {
  detach=setsid
  command -v setsid >/dev/null 2>&1 || detach=nohup
  "$detach" sh "$folder/supervisor.sh" "$@" </dev/null >/dev/null 2>&1 &
}

# Creates the folder of a build, unless it exists.
create() {
  [ -s "$folder/client" ] && return
  mkdir -p "$folder" && printf '%s\n' "$1" >"$folder/client" && return
  remove
  exit 73
}

# Nix must be on the PATH of a shell that is not interactive.
need() {
  command -v "$1" >/dev/null 2>&1 && return
  echo "$1: not found on PATH: $PATH" >&2
  exit 69
}

# start ID CLIENT SCRIPT COMMAND...: starts the supervisor, this script, with a command, in which @ROOT@ stands for the path of
# the GC root. Does nothing if it was started before.
start() {
  need "$3"
  create "$1"
  script=$2
  shift 2
  cd "$folder" || exit 73
  if [ ! -e process ] && [ ! -e end ]; then
    { printf '%s\n' "$script" >supervisor.new && mv supervisor.new supervisor.sh; } || { remove; exit 73; }
    for each; do
      shift
      [ "$each" != @ROOT@ ] || each=$folder/result
      set -- "$@" "$each"
    done
    launch supervise "$folder" "$@"
  fi
  tries=0
  until [ -s process ] || [ -s end ]; do
    tries=$((tries + 1))
    [ "$tries" -le 50 ] || exit 75
    briefly
  done
}

# Prints what is new in a file since an offset, in pieces: `<word> <offset> <length>`, a line break and that many bytes.
send() {
  sent=$3
  while :; do
    left=$(($(size_of "$2") - sent))
    [ "$left" -ge 0 ] || { printf 'SHRUNK\n'; exit 0; }
    [ "$left" -gt 0 ] || return 0
    [ "$left" -le "$piece" ] || left=$piece
    printf '%s %s %s\n' "$1" "$sent" "$left"
    tail -c "+$((sent + 1))" "$2" | head -c "$left"
    sent=$((sent + left))
  done
}

life() { if alive "$1"; then echo alive; else echo dead; fi; }

# follow ID EVENTS CLOCK CLIENT: prints what happens, until the build has ended, from offsets in `events` and `clock`.
follow() {
  events=$1 clock=$2
  echo "morph-language-server follows $(date +%s)"
  list "$3"
  vanished=0
  while :; do
    cd "$folder" 2>/dev/null && [ -d "$folder" ] || { echo ABSENT; exit 0; }
    end=
    [ -e end ] && read -r end <end
    # The clock first: events without a time count as new.
    send CLOCK clock "$clock"
    clock=$sent
    send EVENTS events "$events"
    events=$sent
    processes
    lives="$(life "$supervisor") $(life "$nix")"
    printf 'STATE %s %s %s\n' "$lives" "${supervisor:-- - -}" "${nix:-- - -}"
    # A process that starts needs a moment; after a restart of the builder, none is left to write how it ended.
    if [ "$lives" = 'dead dead' ]; then vanished=$((vanished + 1)); else vanished=0; fi
    [ "$vanished" -le 2 ] || [ ! -e process ] || end=${end:-unknown $(date +%s)}
    [ "$vanished" -le 30 ] || end=${end:-unknown $(date +%s)}
    if [ -n "$end" ]; then
      printf 'END %s %s\n' "$end" "$(readlink result 2>/dev/null || echo -)"
      exit 0
    fi
    sleep 1
  done
}

# Prints the builds of a client here: `BUILD <id> <running, ended or result>`.
list() {
  [ -d "$all" ] || return 0
  set +f
  for each in "$all"/*/client; do
    owner=
    read -r owner 2>/dev/null <"$each"
    [ "$owner" = "$1" ] || continue
    each=${each%/client}
    state=ended
    [ -e "$each/process" ] || state=result
    cd "$each" 2>/dev/null || continue
    processes
    if alive "$supervisor" || alive "$nix"; then state=running; fi
    printf 'BUILD %s %s\n' "${each##*/}" "$state"
  done
  set -f
}

# collect ID: removes everything of a build but the GC root of its result.
collect() {
  cd "$folder" 2>/dev/null || return 0
  if [ -L result ]; then rm -rf supervisor.sh process events clock cancel end lock ./*.new; else remove; fi
}

# remove ID: removes a build. If it is running, its supervisor stops it, and may write a file while the others are removed.
remove() {
  cd /
  tries=0
  until [ "$tries" -ge 10 ] || rm -rf "$folder" 2>/dev/null; do
    tries=$((tries + 1))
    briefly
  done
  rm -rf "$folder" || return
  rmdir "$all" 2>/dev/null
  return 0
}

# root ID CLIENT OUTPUT: protects a store path from garbage collection.
root() {
  need nix-store
  create "$1"
  nix-store --realise "$2" --add-root "$folder/result" --indirect >/dev/null || { code=$?; remove; exit "$code"; }
}

main() {
  what=$1
  case $what in
  supervise | adopt) folder=$2 ;;
  *) folder=$all/$2 ;;
  esac
  shift 2
  case $what in
  supervise | adopt) cd "$folder" && "$what" "$@" ;;
  start | follow | collect | remove | root) "$what" "$@" ;;
  cancel) [ ! -d "$folder" ] || : >"$folder/cancel" ;;
  relaunch) cd "$folder" && launch adopt "$folder" ;;
  *) exit 64 ;;
  esac
}

# Standard input is this script: no command may read it.
main "$@" </dev/null
