#!/usr/bin/env bash
# A PostgreSQL 17 with pgvector for the test run, without installing anything: Debian packages are unpacked into a folder and run
# from there in a chroot, because their C library is newer than that of Debian 12. Needs root on Debian, amd64 or arm64.
#
#   postgres.sh start [FOLDER] [--durable]   prints the URL of an empty database as its last line
#   postgres.sh stop [FOLDER]
#   postgres.sh kill [FOLDER]                kill -9 of the server and all its processes
#   postgres.sh resume [FOLDER]              starts it again, on its data and port
#
# Tests need no durability: only with --durable is a commit on the disk before it is acknowledged.
#
# Exits with 3, and only then, when the package mirror cannot be reached.
set -euo pipefail

action=${1:-}
folder=$(realpath -m "${2:-$(dirname "$0")/../.cache/postgres}")
root=$folder/root
data=/var/lib/postgresql/data
bin=/usr/lib/postgresql/17/bin
[ "${3:-}" = --durable ] && durable=on || durable=off
unreachable=3

# The closure of the server's shared libraries, written out: apt would add perl, LLVM and the maintainer scripts' needs.
packages=(base-files base-passwd coreutils dash util-linux tzdata
  libacl1 libattr1 libaudit1 libbsd0 libc-bin libc6 libcap-ng0 libcap2 libcom-err2 libedit2 libgcc-s1 libgcrypt20 libgmp10
  libgpg-error0 libgssapi-krb5-2 libicu76 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libldap2 liblz4-1 liblzma5 libmd0
  libnuma1 libpam0g libpcre2-8-0 libpq5 libreadline8t64 libsasl2-2 libselinux1 libssl3t64 libstdc++6 libsystemd0 libtinfo6
  libuuid1 libxml2 libxslt1.1 libxxhash0 libzstd1 zlib1g
  postgresql-17 postgresql-17-pgvector postgresql-client-17)

say() { printf '%s\n' "postgres: $*" >&2; }
fail() { say "$*"; exit 1; }
trap 'say "line $LINENO failed"' ERR

inside() {
  chroot "$root" /usr/bin/setpriv --reuid=postgres --regid=postgres --init-groups \
    env -i PATH=$bin:/usr/bin LANG=C.UTF-8 "$@"
}

# The mirror that this machine is set up to use, with the next stable release in place of its own.
write_source() {
  local mirror
  mirror=$(cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null |
    grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n1) || true
  [ -n "$mirror" ] || fail 'this machine names no Debian mirror'
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$folder/sources.list"
}

in_folder() {
  apt-get "$@" -qq -oDir::Etc::sourcelist="$folder/sources.list" -oDir::Etc::sourceparts=/dev/null \
    -oDir::State::Lists="$folder/lists" -oDir::Cache="$folder/cache" -oDir::State::status=/dev/null \
    -oAPT::Sandbox::User=root -oAPT::Update::Error-Mode=any -oAcquire::Retries=2 -oAcquire::http::Timeout=20
}

read_lists() {
  local log=$folder/update.log
  in_folder update >"$log" 2>&1 && return
  cat "$log" >&2
  if grep -qiE 'resolv|connect|timed out|unreachable|403 +Forbidden|50[0-9] ' "$log"; then
    say 'the package mirror cannot be reached'
    exit $unreachable
  fi
  fail 'the package lists cannot be read'
}

unpack() {
  for link in bin sbin lib lib64; do
    mkdir -p "$root/usr/$link"
    ln -sfn "usr/$link" "$root/$link"
  done
  for deb in "$folder"/debs/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$root" --keep-directory-symlink \
      --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale --exclude='*/17/lib/bitcode' \
      --exclude='*/llvmjit*'
  done
  mkdir -p "$root"/{etc,tmp,dev,proc,var/lib/postgresql}
  chmod 1777 "$root/tmp"
  printf 'root:x:0:0::/root:/bin/sh\npostgres:x:5432:5432::/var/lib/postgresql:/bin/sh\n' >"$root/etc/passwd"
  printf 'root:x:0:\npostgres:x:5432:\n' >"$root/etc/group"
  [ -e "$root/dev/null" ] || mknod -m 666 "$root/dev/null" c 1 3
  [ -e "$root/dev/urandom" ] || mknod -m 666 "$root/dev/urandom" c 1 9
  chown 5432:5432 "$root/var/lib/postgresql"
}

bring() {
  [ -e "$folder/complete" ] && return
  rm -rf "$root" "$folder/debs"
  mkdir -p "$folder"/{lists/partial,cache/archives/partial,debs} "$root"
  write_source
  read_lists
  (cd "$folder/debs" && in_folder download "${packages[@]}" >&2)
  unpack
  rm -rf "$folder/debs" "$folder/cache"
  touch "$folder/complete"
}

free_port() {
  node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'
}

# Shared memory in files: the chroot has no /dev/shm.
launch() {
  inside pg_ctl -D $data -w -l $data/log start -o "$(cat "$folder/options") -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories=/tmp -c jit=off -c dynamic_shared_memory_type=mmap" >&2
}

start() {
  [ "$(id -u)" = 0 ] || fail 'needs root; set TEST_DATABASE_URL to use a server of your own'
  command -v apt-get >/dev/null || fail 'needs Debian; set TEST_DATABASE_URL to use a server of your own'
  mkdir -p "$folder"
  bring
  stop
  rm -rf "${root:?}$data"
  inside initdb -D $data -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >&2
  local port
  port=$(free_port)
  echo "-p $port -c fsync=$durable" >"$folder/options"
  launch
  inside createdb -h 127.0.0.1 -p "$port" -U postgres mien_test
  echo "postgres://postgres@127.0.0.1:$port/mien_test"
}

stop() {
  [ -e "$root$data/postmaster.pid" ] || return 0
  inside pg_ctl -D $data -w -m fast stop >&2
}

# The children first stopped, so that none of them ends in an orderly way when its parent is gone.
kill_all() {
  local first all
  first=$(head -n1 "$root$data/postmaster.pid")
  kill -STOP "$first"
  all="$first $(cat "/proc/$first/task/$first/children")"
  # shellcheck disable=SC2086
  kill -KILL $all
  # Until they are reaped: to the next server a dead process that is not looks like one that runs.
  for each in $all; do
    while [ -e "/proc/$each" ]; do sleep 0.01; done
  done
}

case $action in
  start) start ;;
  stop) stop ;;
  kill) kill_all ;;
  resume) launch ;;
  *) fail 'usage: postgres.sh start|stop|kill|resume [FOLDER] [--durable]' ;;
esac
