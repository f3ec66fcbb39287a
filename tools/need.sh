#!/bin/sh
# usage: tools/need.sh [--check] build|test|measure
#
# Makes sure that what building, testing, or measuring beside Spin needs is here. Silent if so; else it installs what is
# missing with apt-get, after asking if somebody is there to answer. Where it can't, or with --check, it says what to install.

check=; [ "$1" = --check ] && { check=yes; shift; }
goal=${1:-build}
pkgconfig=${PKG_CONFIG:-pkg-config}

debian= fedora= arch=
missing() { debian="$debian $1"; fedora="$fedora $2"; arch="$arch $3"; }
program() { command -v "$1" >/dev/null 2>&1 || missing "$2" "$3" "$4"; }
library() { "$pkgconfig" --exists "$1" 2>/dev/null || missing "$2" "$3" "$4"; }

look() {
	debian= fedora= arch=
	program cc           "gcc libc6-dev"  gcc             gcc
	program "$pkgconfig" pkg-config       pkgconf         pkgconf
	library ncursesw     libncurses-dev   ncurses-devel   ncurses
	library yaml-0.1     libyaml-dev      libyaml-devel   libyaml
	if [ "$goal" = measure ]; then # Spin's verifiers are C; gcc compiles them
		program spin     spin             spin            spin
		program gcc      gcc              gcc             gcc
		program python3  python3          python3         python
	fi
	[ "$goal" = test ] || return
	library cmocka       libcmocka-dev    libcmocka-devel cmocka
	program tmux         tmux             tmux            tmux
	program python3      python3          python3         python
}

say() { printf '%s\n' "$*" >&2; }

give_up() {
	say "forklore: $1"
	say "Please install what is missing:"
	say "  Debian, Ubuntu:  apt-get install$debian"
	say "  Fedora:          dnf install$fedora"
	say "  Arch:            pacman -S$arch"
	say "and run make again."
	exit 1
}

look
[ "$debian" ] || exit 0
[ "$check" ] && give_up "not all that is needed to $goal is here (\`make play\` and \`make test\` can install it)."
command -v apt-get >/dev/null 2>&1 || give_up "not all that is needed to $goal is here, and no apt-get to install it."

someone=; [ -t 0 ] && [ -t 2 ] && [ -z "$CI" ] && someone=yes
root=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null 2>&1 || give_up "not all that is needed to $goal is here, and only root can install it."
	root="sudo "; [ "$someone" ] || root="sudo -n " # nobody could type a password
fi

apt="${root}env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120"
install="install -y --no-install-recommends$debian"
updated=
update() { updated=yes; say "forklore: first the lists of packages: ${root}apt-get update"; $apt update >&2; }

say "forklore: these Debian packages are needed to $goal, and not here:$debian"
say "forklore: they are installed by: ${root}apt-get $install"
if [ "$someone" ]; then
	printf 'Install them now? [y/N] ' >&2
	read -r answer
	case $answer in [yY]*) ;; *) give_up "nothing was installed." ;; esac
fi

# The lists may be absent (a fresh container), or too old: then what they name is no longer to be had.
$apt $install --simulate >/dev/null 2>&1 || update
$apt $install >&2 || { [ -z "$updated" ] && update && $apt $install >&2; } || give_up "apt-get could not do it (see above)."

look
[ -z "$debian" ] || give_up "apt-get went well, yet something is still not here."
