#!/usr/bin/env bash
# Makes screen.txt: what tokio-console shows, in a terminal of eighty columns, while a handler of the trap blocks.
# Kept without its frame and without the lines on top that say which keys there are.
# Needs tmux, curl and `cargo install --locked tokio-console`.
set -euo pipefail
cd "$(dirname "$0")/../../.."

RUSTFLAGS="--cfg tokio_unstable" cargo build --locked --package choosing-console --target-dir target/console
target/console/debug/choosing-console &
server=$!
trap 'kill "$server"; tmux -L screen kill-server' EXIT
curl --silent --retry 20 --retry-connrefused --retry-delay 1 http://127.0.0.1:8000/health >/dev/null
tmux -L screen new-session -d -x 80 -y 20 tokio-console --no-colors
sleep 3
# Over one connection: its task has come back once when it blocks, as most have.
curl --silent http://127.0.0.1:8000/health http://127.0.0.1:8000/fetch >/dev/null &
sleep 3
tmux -L screen capture-pane -p |
  sed -E '1,/^╭/{/^╭/!d}; s/[╭╮╰╯─│]//g; s/ +$//; /^$/d' >chapters/choosing/console/screen.txt
