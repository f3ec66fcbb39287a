#!/bin/sh
# usage: tools/need.sh [--check] build|unit|test|asan|ci|bench|bench-explore|torture|fuzz|machines
#
# Makes sure that all is here that a goal needs: `make` itself (build), the target of that name, or .ci/run. Silent if so; else it
# installs what is missing with apt-get, after asking if somebody is there to answer. Where it can't, or with --check, it says
# what to install. What is needed stands in look(), and nowhere else.

check=; [ "$1" = --check ] && { check=yes; shift; }
goal=${1:-build}
case $goal in build) for=make ;; ci) for=.ci/run ;; *) for="make $goal" ;; esac
pkgconfig=${PKG_CONFIG:-pkg-config}

debian= fedora= arch= hint=
missing() { debian="$debian $1"; fedora="$fedora $2"; arch="$arch $3"; }
program() { command -v "$1" >/dev/null 2>&1 || missing "$2" "$3" "$4"; }
library() { "$pkgconfig" --exists "$1" 2>/dev/null || missing "$2" "$3" "$4"; }
file() { [ -e "$1" ] || missing "$2" "$3" "$4"; }
runtime() { [ -e "$(cc -print-file-name="$1" 2>/dev/null)" ] || missing "$2" "$3" "$4"; }
module() {
	python3 -c "import importlib.util as u; exit(not u.find_spec('$1'))" 2>/dev/null && return
	missing "$2" "$3" "$4"
	case $(command -v python3) in
	''|/usr/bin/python3) ;;
	*) hint="python3 is $(command -v python3) here. If it can't see the system's packages: python3 -m pip install $1" ;;
	esac
}

is() { case " $* " in *" $goal "*) ;; *) false ;; esac; }

look() {
	debian= fedora= arch= hint=
	#       what             Debian, Ubuntu      Fedora              Arch
	program cc               "gcc libc6-dev"     gcc                 gcc
	program "$pkgconfig"     pkg-config          pkgconf             pkgconf
	library ncursesw         libncurses-dev      ncurses-devel       ncurses
	library yaml-0.1         libyaml-dev         libyaml-devel       libyaml
	is build && return
	program python3          python3             python3             python
	if is unit test asan ci machines; then
		library cmocka       libcmocka-dev       libcmocka-devel     cmocka
	fi
	if is test asan ci bench; then
		program tmux         tmux                tmux                tmux
	fi
	if is bench; then
		program htop         htop                htop                htop
	fi
	if is test asan ci torture; then
		program strace       strace              strace              strace
	fi
	if is test asan ci; then
		module jsonschema    python3-jsonschema  python3-jsonschema  python-jsonschema
		module yaml          python3-yaml        python3-pyyaml      python-yaml
		program mandoc       mandoc              mandoc              mandoc
		program zsh          zsh                 zsh                 zsh
		program fish         fish                fish                fish
		program nvim         neovim              neovim              neovim
		program localedef    libc-bin            glibc-common        glibc
		file /usr/share/i18n/charmaps/GBK.gz locales glibc-locale-source glibc
	fi
	if is asan ci; then # Debian's and Arch's gcc bring them along
		runtime libasan.so   gcc                 libasan             gcc
		runtime libubsan.so  gcc                 libubsan            gcc
	fi
	if is ci; then
		program git          git                 git                 git
		program clang        clang               clang               clang
		program clang-format clang-format        clang-tools-extra   clang
		command -v debootstrap >/dev/null 2>&1 ||
		program mmdebstrap   mmdebstrap          debootstrap         debootstrap
	fi
	if is fuzz; then # libFuzzer is among what clang links with
		program clang        clang               "clang compiler-rt" "clang compiler-rt"
	fi
	if is machines; then # what else it is made of comes as sources, from Debian
		program musl-gcc     musl-tools          musl-gcc            musl
		program aarch64-linux-gnu-gcc "gcc-aarch64-linux-gnu libc6-dev-arm64-cross" gcc-aarch64-linux-gnu aarch64-linux-gnu-gcc
		program qemu-aarch64 qemu-user           qemu-user           qemu-user
	fi
	if is bench-explore; then # Spin's verifiers are C; gcc compiles them
		program spin         spin                spin                spin
		program gcc          gcc                 gcc                 gcc
	fi
}

say() { printf '%s\n' "$*" >&2; }

give_up() {
	say "forklore: $1"
	say "Please install what is missing:"
	say "  Debian, Ubuntu:  apt-get install$debian"
	say "  Fedora:          dnf install$fedora"
	say "  Arch:            pacman -S$arch"
	[ -z "$hint" ] || say "$hint"
	say "and run $for again."
	exit 1
}

look
[ "$debian" ] || exit 0
[ "$check" ] && give_up "not all that \`$for\` needs is here (\`tools/need.sh $goal\` can install it)."
command -v apt-get >/dev/null 2>&1 || give_up "not all that \`$for\` needs is here, and no apt-get to install it."

someone=; [ -t 0 ] && [ -t 2 ] && [ -z "$CI" ] && someone=yes
root=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null 2>&1 || give_up "not all that \`$for\` needs is here, and only root can install it."
	root="sudo "; [ "$someone" ] || root="sudo -n " # nobody could type a password
fi

apt="${root}env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120"
install="install -y --no-install-recommends$debian"
updated=
update() { updated=yes; say "forklore: first the lists of packages: ${root}apt-get update"; $apt update >&2; }

say "forklore: \`$for\` needs these Debian packages, which are not here:$debian"
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
