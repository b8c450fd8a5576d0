#!/usr/bin/env bash
# A streaming standby of the PostgreSQL that postgres.sh started in the same folder.
#
#   standby.sh start FOLDER   prints the URL of the same database on the standby as its last line
#   standby.sh stop FOLDER    before `postgres.sh stop`
set -euo pipefail

action=${1:-}
folder=$(realpath -m "${2:-$(dirname "$0")/../.cache/postgres}")
root=$folder/root
primary=/var/lib/postgresql/data
data=/var/lib/postgresql/standby
bin=/usr/lib/postgresql/17/bin

inside() {
  chroot "$root" /usr/bin/setpriv --reuid=postgres --regid=postgres --init-groups \
    env -i PATH=$bin:/usr/bin LANG=C.UTF-8 "$@"
}

free_port() {
  node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'
}

start() {
  stop
  rm -rf "${root:?}$data"
  local port
  port=$(sed -n 4p "$root$primary/postmaster.pid")
  inside pg_basebackup -h 127.0.0.1 -p "$port" -U postgres -D $data -R --checkpoint=fast --no-sync >&2
  local own
  own=$(free_port)
  inside pg_ctl -D $data -w -l $data/log start -o "-p $own -c listen_addresses=127.0.0.1 -c unix_socket_directories=/tmp \
    -c jit=off -c dynamic_shared_memory_type=mmap -c fsync=off" >&2
  echo "postgres://postgres@127.0.0.1:$own/mien_test"
}

stop() {
  [ -e "$root$data/postmaster.pid" ] || return 0
  inside pg_ctl -D $data -w -m fast stop >&2
}

case $action in
  start) start ;;
  stop) stop ;;
  *) echo 'usage: standby.sh start|stop FOLDER' >&2; exit 1 ;;
esac
