# shellcheck shell=bash
# What the launchers say: to standard error, since standard output belongs to nntrain.
# The script that sources this sets `program`, its own name.
: "${program:?}"

# The exit codes that a launcher chooses itself; all others are nntrain's own.
readonly EXIT_USAGE=64       # wrong words on the command line
readonly EXIT_NO_INPUT=66    # a file that is named is absent or unreadable
readonly EXIT_UNAVAILABLE=69 # a tool or library is missing and cannot be installed
readonly EXIT_INTERNAL=70    # the build failed
readonly EXIT_CANNOT_WRITE=73 # the prefix cannot be written
readonly EXIT_STOPPED=75     # stopped early on request
readonly EXIT_RANK_LOST=76   # a rank was killed
readonly EXIT_BAD_CONFIGURATION=78 # the limits of this machine do not suffice
export EXIT_USAGE EXIT_NO_INPUT EXIT_UNAVAILABLE EXIT_INTERNAL EXIT_CANNOT_WRITE EXIT_STOPPED EXIT_RANK_LOST
export EXIT_BAD_CONFIGURATION

# say TEXT: one line for the person who watches.
say() { printf '%s: %s\n' "$program" "$1" >&2; }

# fail CODE TEXT: one sentence, then the end.
fail() {
  say "$2"
  exit "$1"
}
