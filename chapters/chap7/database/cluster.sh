# A PostgreSQL for as long as somebody keeps our stdin open. Then nothing of it is left, however
# whoever started it came to their end.
#
#   sh -c "$(cat cluster.sh)" cluster FOLDER-OF-PROGRAMS PORT USER PASSWORD
set -u
programs=$1 port=$2 user=$3 password=$4
trap '' HUP INT TERM # they are for whoever started us, who will let go of our stdin

folder=$(mktemp -d "${TMPDIR:-/tmp}/chap7.XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

printf '%s' "$password" >password
if ! "$programs/initdb" --pgdata data --username "$user" --pwfile password --auth scram-sha-256 \
  --encoding UTF8 --no-locale --no-sync >log 2>&1; then
  tail -n 1 log >&2
  exit 1
fi

exec 3<&0 # a program in the background would have /dev/null for its stdin
"$programs/postgres" -D data -p "$port" -c listen_addresses=127.0.0.1 \
  -c unix_socket_directories= >log 2>&1 3<&- &
server=$!
{
  read -r _ <&3 # nothing is ever said, so this is the end
  kill -QUIT "$server"
} 2>/dev/null &
exec 3<&-
wait "$server"
grep -m 1 -E 'could not|FATAL|PANIC' log >&2 || tail -n 1 log >&2
