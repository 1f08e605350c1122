# What the scripts beside this file share. Source it: it goes to the root of the
# repository, and runs parts of a job with a heading, a time and a summary.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Every module is tested with the versions in its own go.mod, which are the ones
# its users get; a workspace would raise them to the highest of all modules.
export GOWORK=off
# The checkout may belong to another user, which git refuses to look into.
export GOFLAGS="${GOFLAGS:+$GOFLAGS }-buildvcs=false"

in_ci() { [ "${CI:-}" = true ]; }

have() { command -v "$1" >/dev/null 2>&1; }
have_node() { have node && have npm; }
have_c_compiler() { have "$(go env CC)"; }
have_chromium() { have chromium || have chromium-browser || have google-chrome; }
have_postgres() {
	[ -n "${LATCHKEY_TEST_POSTGRES:-}" ] || have initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}
have_pgbouncer() { have pgbouncer || [ -x /usr/sbin/pgbouncer ]; }
have_nginx() { have nginx || [ -x /usr/sbin/nginx ]; }

# modules prints the folder of each module of go.work.
modules() { go work edit -json go.work | sed -n 's/.*"DiskPath": "\(.*\)".*/\1/p'; }

# in_modules runs a command in every module, and fails if it failed in one.
in_modules() {
	local dir failed=0
	for dir in $(modules); do
		(cd "$dir" && "$@") || failed=1
	done
	return "$failed"
}

# tool builds a command of the tools module and prints the path of the binary.
tool() {
	local binary="$PWD/bin/tools/$1"
	case $1 in
	staticcheck) go -C tools build -o "$binary" honnef.co/go/tools/cmd/staticcheck >&2 ;;
	govulncheck) go -C tools build -o "$binary" golang.org/x/vuln/cmd/govulncheck >&2 ;;
	*) go -C tools build -o "$binary" "./$1" >&2 ;;
	esac
	printf '%s\n' "$binary"
}

# in_memory runs a command with its temporary files in memory, where there is
# plenty: the databases of tests then wait for no disk. Tests kill processes, never
# the machine, and a process that dies leaves the same in memory as on a disk. It is
# for a part, whose end removes the files.
in_memory() {
	local free
	free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1) || free=0
	if [ "${free:-0}" -ge $((4 << 20)) ] && memory=$(mktemp -d /dev/shm/latchkey-test.XXXXXX); then
		trap 'rm -rf "$memory"' EXIT
		chmod 1777 "$memory" # PostgreSQL runs as a user of its own
		printf '#!/bin/sh\n' >"$memory/program"
		chmod +x "$memory/program"
		# Where no program may run, the tests could not run theirs.
		if "$memory/program" 2>/dev/null; then
			export GOTMPDIR="${GOTMPDIR:-${TMPDIR:-/tmp}}" TMPDIR="$memory"
		fi
	fi
	"$@"
}

heading() { printf '\n==> %s\n' "$*"; }
warn() { printf '\n!!! %s\n' "$*" >&2; }

# What was left out: a line each, in a file that setup adds to as well.
if [ -z "${LATCHKEY_LEFT_OUT:-}" ]; then
	LATCHKEY_LEFT_OUT=$(mktemp)
	export LATCHKEY_LEFT_OUT
	trap 'rm -f "$LATCHKEY_LEFT_OUT"' EXIT
fi

# left_out says loudly that something is not done, and why.
left_out() {
	warn "LEFT OUT: $*"
	printf '%s\n' "$*" >>"$LATCHKEY_LEFT_OUT"
}

# part runs a command under a heading and remembers how it went; the job goes on
# when it fails.
job_start=$SECONDS
job_results=()
job_failed=0
part() {
	local title=$1 start=$SECONDS status
	shift
	heading "$title"
	set +e
	(
		set -e
		"$@"
	)
	status=$?
	set -e
	local verdict=ok
	if [ "$status" -ne 0 ]; then
		verdict=FAILED
		job_failed=1
		printf '\n!!! %s failed\n' "$title" >&2
	fi
	job_results+=("$(printf '%-8s %4d s  %s' "$verdict" $((SECONDS - start)) "$title")")
}

# summary prints how each part went and ends the script.
summary() {
	heading "$1: summary"
	printf '%s\n' "${job_results[@]}"
	printf '%-8s %4d s  %s\n' '' $((SECONDS - job_start)) 'in all'
	if [ -s "$LATCHKEY_LEFT_OUT" ]; then
		warn 'This was left out:'
		sed 's/^/    /' "$LATCHKEY_LEFT_OUT" >&2
		if in_ci; then
			warn 'In CI nothing may be left out.'
			job_failed=1
		fi
	fi
	exit "$job_failed"
}
