#!/bin/sh
# usage: tools/machines.sh [musl] [aarch64]
#
# Builds forklore for another C library (musl) and another processor (aarch64, which qemu plays), and runs there the unit tests of sim/ and
# what needs no terminal of the model: check, explore, run --model. libyaml, ncurses and cmocka are built for each from Debian's sources,
# which apt-get fetches and verifies. All of it is under build/machines; `tools/need.sh machines` installs the compilers and qemu.
set -e
unset MAKEFLAGS # what was said to the `make` that began this is not for the others
cd "$(dirname "$0")/.."
top=$PWD/build/machines
sources=$top/sources
want=${*:-musl aarch64}
quiet() { "$@" > "$top/log" 2>&1 || { tail -30 "$top/log" >&2; echo "tools/machines.sh: failed: $*" >&2; exit 1; }; }

# ---- the sources ----

# As this machine's own package lists, but of sources; they are kept apart.
lists() {
	mkdir -p "$sources/parts" "$sources/lists/partial"
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
		[ -e "$file" ] || continue
		sed 's/^Types:.*/Types: deb-src/; s/^deb /deb-src /; s/^deb\[/deb-src [/' "$file" > "$sources/parts/$(basename "$file" | sed 's/^sources.list$/main.list/')"
	done
}

fetch() {
	[ -e "$sources/done" ] && return
	echo "== the sources of libyaml, cmocka and ncurses"
	lists
	apt="apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts=$sources/parts -o Dir::State::lists=$sources/lists"
	quiet $apt update
	(cd "$sources" && quiet $apt source --download-only libyaml cmocka ncurses && for f in *.orig.tar.*; do case $f in *.asc) ;; *) tar xf "$f" ;; esac; done)
	touch "$sources/done"
}

# ---- the libraries ----

compile() { # CC, objects' folder, flags, files
	cc=$1 out=$2 flags=$3; shift 3
	mkdir -p "$out"
	for file in "$@"; do quiet $cc -O2 -w $flags -c "$file" -o "$out/$(basename "$file" .c).o"; done
}

libraries() { # machine, CC, host
	prefix=$top/$1/prefix
	[ -e "$prefix/done" ] && return
	echo "== the libraries for $1"
	mkdir -p "$prefix/lib" "$prefix/include"
	src=$(echo "$sources"/libyaml-*/)
	compile "$2" "$top/$1/libyaml" "-I${src}include -DYAML_VERSION_MAJOR=0 -DYAML_VERSION_MINOR=2 -DYAML_VERSION_PATCH=5 -DYAML_VERSION_STRING=\"0.2.5\"" "$src"src/*.c
	rm -f "$prefix/lib/libyaml.a"; ar rcs "$prefix/lib/libyaml.a" "$top/$1"/libyaml/*.o
	cp "${src}include/yaml.h" "$prefix/include"
	src=$(echo "$sources"/cmocka-*/)
	has=$(for what in ASSERT_H INTTYPES_H MALLOC_H SETJMP_H SIGNAL_H STDINT_H STRINGS_H STRING_H SYS_STAT_H TIME_H UNISTD_H STRUCT_TIMESPEC SNPRINTF VSNPRINTF \
		STRSIGNAL CLOCK_GETTIME GCC_THREAD_LOCAL_STORAGE CLOCK_REALTIME; do printf ' -DHAVE_%s=1' "$what"; done)
	: > "$prefix/config.h"
	compile "$2" "$top/$1/cmocka" "-std=gnu99 -I$prefix -I${src}include -DHAVE_CONFIG_H$has" "${src}src/cmocka.c"
	rm -f "$prefix/lib/libcmocka.a"; ar rcs "$prefix/lib/libcmocka.a" "$top/$1/cmocka/cmocka.o"
	cp "${src}"include/cmocka*.h "$prefix/include"
	mkdir -p "$top/$1/ncurses"
	src=$(echo "$sources"/ncurses-*/)
	(cd "$top/$1/ncurses" && quiet "$src/configure" --host="$3" --build="$(cc -dumpmachine)" CC="$2" BUILD_CC=cc CFLAGS="-O2 -w" --prefix="$prefix" --enable-widec \
		--without-cxx --without-cxx-binding --without-ada --without-progs --without-tests --without-manpages --without-debug --without-shared --disable-db-install \
		--with-default-terminfo-dir=/usr/share/terminfo --with-terminfo-dirs=/etc/terminfo:/lib/terminfo:/usr/share/terminfo)
	quiet make -C "$top/$1/ncurses" -j2 libs
	cp "$top/$1/ncurses/lib/libncursesw.a" "$prefix/lib"
	cp "$top/$1"/ncurses/include/*.h "$src"/include/*.h "$prefix/include"
	touch "$prefix/done"
}

# ---- forklore ----

# machine, CC, what plays it
forklore() {
	build=build/machines/$1/forklore prefix=$top/$1/prefix runs=$top/$1/runs
	echo "== forklore for $1"
	tests=$(for file in tests/unit/test_*.c; do echo "$build/${file%.c}"; done)
	make -s BUILD="$build" CC="$2" RUN="$3" PKG_CONFIG=true WERROR=1 YAML_CFLAGS="-I$prefix/include" YAML_LIBS="$prefix/lib/libyaml.a" CMOCKA_LIBS="$prefix/lib/libcmocka.a" \
		CURSES_CFLAGS="-DNCURSES_WIDECHAR=1 -I$prefix/include" CURSES_LIBS="$prefix/lib/libncursesw.a" LDFLAGS="-static -no-pie" "$build/forklore" $tests
	mkdir -p "$runs/tests/unit"
	for program in forklore $(for file in tests/unit/test_*.c; do echo "${file%.c}"; done); do
		printf '#!/bin/sh\nexec %s "%s" "$@"\n' "$3" "$PWD/$build/$program" > "$runs/$program"
		chmod +x "$runs/$program"
	done
}

# What check, a run on the model and, where that is soon over, explore print of a scenario: the same everywhere.
says() { # forklore, scenario
	"$1" check "$2" 2>&1
	"$1" run --model --no-sandbox --json "$2" 2>&1
	"$1" explore --json --max-states 2000 "$2" 2>&1 | sed 's/"seconds": *[0-9.e-]*//'
}

model() {
	same=0 other=0
	for file in scenarios/*.yaml; do
		if [ "$(says ./forklore "$file")" = "$(says "$top/$1/runs/forklore" "$file")" ]; then
			same=$((same + 1))
		else
			other=$((other + 1)); echo "FAIL $1 $file: not as on this machine"
		fi
	done
	echo "$same passed, $other failed"
	[ $other = 0 ]
}

# qemu plays a processor, not a kernel: what is about tracing, sandboxes and deaths of processes is left out there.
only() { [ "$1" = aarch64 ] && echo unit/test_diag unit/test_examples unit/test_past unit/test_story unit/test_text unit/test_yaml || echo unit/; }

fetch
lost=0
for machine in $want; do
	case $machine in
	musl)    host=$(uname -m)-unknown-linux-musl runner=
	         cc="musl-gcc -idirafter /usr/include -idirafter /usr/include/$(cc -print-multiarch)" ;;
	aarch64) host=aarch64-linux-gnu cc=aarch64-linux-gnu-gcc runner=qemu-aarch64 ;;
	*)       echo "tools/machines.sh: musl or aarch64, not $machine" >&2; exit 1 ;;
	esac
	libraries "$machine" "$cc" "$host"
	forklore "$machine" "$cc" "$runner"
	echo "== the unit tests of sim/ for $machine"
	FORKLORE_BUILD=$top/$machine/runs tests/run $(only "$machine") || lost=1
	echo "== the model for $machine"
	model "$machine" || lost=1
done
exit $lost
