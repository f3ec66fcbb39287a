# forklore. `make help` lists what can be asked for.

MODE    ?= release
BUILD   ?= build/$(MODE)
PROGRAM := $(if $(filter build/release,$(BUILD)),forklore,$(BUILD)/forklore)

prefix  ?= /usr/local
bindir  ?= $(prefix)/bin
mandir  ?= $(prefix)/share/man
datadir ?= $(prefix)/share/forklore

flags.release   = -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
flags.debug    := -O0 -g3 -DFORKLORE_CHECKED -DFORKLORE_FOOTPRINTS
flags.asan     := -O1 -g -DFORKLORE_CHECKED -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
flags.fuzz     := -O1 -g -DFORKLORE_CHECKED -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
flags.coverage := -O0 -g --coverage -DFORKLORE_CHECKED -DFORKLORE_COVERAGE -include tools/coverage.h -fdata-sections -fno-builtin-fork
link.coverage  := -Wl,-T,tools/coverage.ld
flags.mode      = $(or $(flags.$(MODE)),$(error MODE is one of release, debug, asan, fuzz, coverage, not "$(MODE)"))

WERROR   ?= $(if $(filter true,$(CI)),1)
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes $(if $(filter 1,$(WERROR)),-Werror)

# Asked when first used, not when this file is read: `make play` must be able to install what answers.
PKG_CONFIG ?= pkg-config
pkg  = $(shell $(PKG_CONFIG) $1 2>/dev/null)
once = $(eval $1 := $2)$($1)
YAML_CFLAGS   = $(call once,YAML_CFLAGS,$(call pkg,--cflags yaml-0.1))
YAML_LIBS     = $(call once,YAML_LIBS,$(call pkg,--libs yaml-0.1))
CURSES_CFLAGS = $(call once,CURSES_CFLAGS,$(call pkg,--cflags ncursesw))
CURSES_LIBS   = $(call once,CURSES_LIBS,$(call pkg,--libs ncursesw))
CMOCKA_CFLAGS = $(call once,CMOCKA_CFLAGS,$(call pkg,--cflags cmocka))
CMOCKA_LIBS   = $(call once,CMOCKA_LIBS,$(call pkg,--libs cmocka))

HOW_COMPILED = $(CC) -std=gnu11 -I. -D_GNU_SOURCE -DFORKLORE_DATADIR='"$(datadir)"' $(YAML_CFLAGS) $(WARNINGS) \
	$(flags.mode) -fstack-protector-strong -fPIE -fno-plt -pthread $(CPPFLAGS) $(CFLAGS)
HOW_LINKED   = $(CC) $(flags.mode) $(link.$(MODE)) -pie -pthread -Wl,-z,relro,-z,now $(CFLAGS) $(LDFLAGS)

SIM     := $(patsubst %.c,$(BUILD)/%.o,$(wildcard sim/*/*.c) $(if $(filter coverage,$(MODE)),tools/coverage.c))
UI      := $(patsubst %.c,$(BUILD)/%.o,$(wildcard ui/*/*.c))
UNIT    := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
UNIT_UI := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit_ui/test_*.c))
FUZZ    := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
HELPER  := $(patsubst %.c,$(BUILD)/%.o,$(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c)))
DOCGEN  := $(patsubst tools/%.c,$(BUILD)/%,$(wildcard tools/docgen.c))
TEXTS   := $(BUILD)/texts
LIB     := $(BUILD)/libsim.a
OBJECTS := $(SIM) $(UI) $(UNIT:=.o) $(UNIT_UI:=.o) $(FUZZ:=.o) $(BUILD)/tests/fuzz/replay.o $(HELPER) $(patsubst %,$(BUILD)/tools/%.o,$(notdir $(DOCGEN)) texts)
# The place of each in its list, of those that the program is made of and of all.
count   = $(eval n :=)$(foreach o,$1,$(eval n += .)$(eval place.$o ?= $(words $(n))/$(words $1)))
$(call count,$(SIM) $(UI))$(call count,$(OBJECTS))

# What is compiled is said in one line that is written over, how far it is and the file; what is linked in a line of its own.
# Where the output goes to no terminal, only the latter. V=1 shows the commands instead; -s says nothing.
Q     := $(if $(filter 1,$(V)),,@)
line  := $(if $(MAKE_TERMOUT),\r\033[K)
loud  := $(if $(findstring s,$(filter-out -%,$(firstword $(MAKEFLAGS)))),,$(Q))
say    = $(if $(loud),@printf '$(line)  %-5s %s\n' $1 $2)
far    = $(if $(and $(loud),$(line)),@printf '$(line)  CC    %-8s %s\r' $(place.$@) $1)
# Its messages begin on a line of their own, not within that one.
heard  = $(if $(and $(Q),$(line)),said=$$($1 $(if $(MAKE_TERMERR),-fdiagnostics-color) 2>&1); code=$$?; \
	[ -z "$$said" ] || printf '$(line)%s\n' "$$said" >&2; exit $$code,$1)
MAKEFLAGS += --no-print-directory
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc)
endif

all: $(PROGRAM) ## build the program (this is the default)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  MODE=release|debug|asan|fuzz|coverage   CC=clang   V=1 shows the commands   WERROR=1'
	@echo '  T="NAME ..." picks tests           prefix=/usr/local   DESTDIR='

play: ## install what is missing, build, and open the ticket race
	@tools/need.sh build
	@$(MAKE) all
	@./$(PROGRAM) run ticket-race || test $$? -eq 1 # 1: the run found something, as it should

test: ## install what is missing, build, and run all tests
	@tools/need.sh test
	@$(MAKE) check

check: $(PROGRAM) $(UNIT) $(UNIT_UI) $(FUZZ) $(DOCGEN)
	@FORKLORE=$(PROGRAM) FORKLORE_BUILD=$(BUILD) tests/run $(T)

unit: $(UNIT) $(UNIT_UI) ## build and run the C unit tests only: they need no program
	@FORKLORE_BUILD=$(BUILD) tests/run $(or $(T),unit/ unit_ui/)

asan: ## all tests, under AddressSanitizer and UBSan
	@tools/need.sh asan
	@$(MAKE) MODE=asan check

fuzz: ## look for bytes that break it, a minute a target, under AddressSanitizer and UBSan (SECONDS=60)
	@tools/need.sh fuzz
	@$(MAKE) all
	@$(MAKE) MODE=fuzz CC=clang fuzzers
	@FORKLORE_BUILD=build/fuzz python3 tests/fuzz.py $(SECONDS)

fuzzers: $(FUZZ)

bless: $(PROGRAM) $(UNIT) $(UNIT_UI) ## accept what the program prints now as the expected
	@FORKLORE=$(PROGRAM) FORKLORE_BUILD=$(BUILD) FORKLORE_BLESS=1 tests/run $(T)
	@git --no-pager diff --stat -- tests || true

layers: ## prove from the includes that each floor sees only the floors below
	@tools/layers.sh

format: ## have clang-format tidy the inside of lines; tables stay
	@tools/format.py

format-check: ## say which lines it would change
	@tools/format.py --check

bench: ## measure, beside what it is compared with
	@tools/need.sh bench
	@$(MAKE) all
	@FORKLORE=$(PROGRAM) python3 tests/bench.py

torture: ## kill it, let its system calls and allocations fail, damage its files: a table of what was lost (LONG=1: for hours)
	@tools/need.sh torture
	@tools/need.sh fuzz
	@$(MAKE) all
	@$(MAKE) MODE=debug build/debug/tests/unit/test_journal build/debug/tests/unit/test_mutex
	@$(MAKE) MODE=fuzz CC=clang fuzzers
	@FORKLORE=$(PROGRAM) python3 tests/torture.py $(if $(LONG),--thorough)

# Those that reach most of it: each takes several times as long as without the counting.
COVERED := unit/ test_check test_meaning test_mistakes test_params test_loading test_multiprocessing test_scheduling test_fuzz test_torture test_system \
	test_stage test_grade test_grading test_exercises test_recording test_sandbox test_policies test_footprint test_interrupts test_stopped_inside test_quiz test_limits.Explored
coverage: ## which branches of the model, the language and the stage do the tests take, and why not the others?
	@tools/need.sh test
	@find build/coverage -name '*.gcda' -delete 2>/dev/null || true
	-@$(MAKE) MODE=coverage CC=gcc FORKLORE_PATIENCE=5 T='$(or $(T),$(COVERED))' check
	@tests/coverage.py

bench-explore: ## measure `forklore explore`, beside Spin
	@tools/need.sh bench-explore
	@$(MAKE) all
	@FORKLORE=$(PROGRAM) python3 tests/bench_explore.py

machines: ## build for another C library (musl) and another processor (aarch64), and run the model's tests there (Debian)
	@tools/need.sh machines
	@$(MAKE) all
	@tools/machines.sh

docs: $(DOCGEN) ## regenerate docs/reference and docs/zh/reference from the tables
	$(Q)$(if $(DOCGEN),./$(DOCGEN) docs/reference docs/zh/reference,echo 'there is no tools/docgen.c yet')

compile: $(OBJECTS)

# Where each shell looks for what completes a program's words.
completions := bash zsh fish
to.bash      = $(prefix)/share/bash-completion/completions/forklore
to.zsh       = $(prefix)/share/zsh/site-functions/_forklore
to.fish      = $(prefix)/share/fish/vendor_completions.d/forklore.fish

install: $(PROGRAM) ## install under $(DESTDIR)$(prefix)
	install -Dm755 $(PROGRAM) $(DESTDIR)$(bindir)/forklore
	cd scenarios && find . -type f -exec install -Dm644 {} $(DESTDIR)$(datadir)/scenarios/{} \;
	$(foreach m,$(wildcard man/*.[1-8]),install -Dm644 $m $(DESTDIR)$(mandir)/man$(subst .,,$(suffix $m))/$(notdir $m) &&) true
	$(foreach s,$(completions),mkdir -p $(DESTDIR)$(dir $(to.$s)) && $(abspath $(PROGRAM)) completion $s > $(DESTDIR)$(to.$s) &&) true

uninstall: ## remove what install put there
	rm -rf $(DESTDIR)$(bindir)/forklore $(DESTDIR)$(datadir)
	rm -f $(foreach m,$(wildcard man/*.[1-8]),$(DESTDIR)$(mandir)/man$(subst .,,$(suffix $m))/$(notdir $m))
	rm -f $(foreach s,$(completions),$(DESTDIR)$(to.$s))

clean: ## remove all that was built
	rm -rf build forklore

# Nothing is compiled before all is here that the goal needs; where no row says more, that is what building needs.
need.compile := unit
need.unit    := unit
need.check   := test
need.bless   := test
needed:
	@tools/need.sh --check $(firstword $(foreach g,$(MAKECMDGOALS),$(need.$g)) build)

# Each holds a text and is written anew only when that changes: so other flags compile again what another compiler or
# mode left, and a source that vanished leaves the library.
$(BUILD)/how: private TEXT = $(HOW_COMPILED)
$(BUILD)/what: private TEXT = $(HOW_LINKED) $(SIM) $(UI)
$(BUILD)/how $(BUILD)/what: needed
	@mkdir -p $(@D)
	@text='$(subst ','\'',$(TEXT))'; [ "$$text" = "$$(cat $@ 2>/dev/null)" ] || printf '%s\n' "$$text" > $@

# Debian's ncursesw.pc defines _XOPEN_SOURCE=600: only the files that use curses may see it.
$(BUILD)/ui/%.o: private EXTRA = $(CURSES_CFLAGS)
$(BUILD)/tests/%.o: private EXTRA = $(CMOCKA_CFLAGS)
$(BUILD)/tests/unit_ui/%.o: private EXTRA = $(CMOCKA_CFLAGS) $(CURSES_CFLAGS)
$(BUILD)/%.o: %.c $(BUILD)/how
	$(call far,$<)
	@mkdir -p $(@D)
	$(Q)$(call heard,$(HOW_COMPILED) $(EXTRA) -MMD -MP -c $< -o $@)

$(LIB): $(SIM) $(BUILD)/what
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $(SIM)

# The scenarios are looked for beside the program, so every place for a program has them.
$(PROGRAM): $(SIM) $(UI) $(BUILD)/what $(TEXTS).good
	$(call say,LINK,$@)
	$(Q)$(HOW_LINKED) $(SIM) $(UI) $(CURSES_LIBS) $(YAML_LIBS) -o $@
	$(if $(filter-out forklore,$@),@ln -sfn '$(CURDIR)/scenarios' $(@D)/scenarios)

# All of sim/ and no ncurses: what links here is proven not to need a screen.
$(UNIT): $(BUILD)/%: $(BUILD)/%.o $(HELPER) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(HOW_LINKED) $< $(HELPER) -Wl,--whole-archive $(LIB) -Wl,--no-whole-archive $(CMOCKA_LIBS) $(YAML_LIBS) -o $@

# A protection is taken away, of which only mutex.c knows: `make torture` sees whether the test that is there for it fails.
CONTROLS := $(BUILD)/WITHOUT_JOURNAL/test_journal $(BUILD)/WITHOUT_ANOTHER_LOOK/test_mutex
$(CONTROLS): sim/stage/mutex.c $(BUILD)/tests/unit/test_journal.o $(BUILD)/tests/unit/test_mutex.o $(HELPER) $(LIB)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(HOW_COMPILED) -D$(notdir $(@D)) -c $< -o $(@D)/mutex.o
	$(Q)$(HOW_LINKED) $(@D)/mutex.o $(BUILD)/tests/unit/$(@F).o $(HELPER) $(LIB) $(CMOCKA_LIBS) $(YAML_LIBS) -o $@

$(UNIT_UI): $(BUILD)/%: $(BUILD)/%.o $(HELPER) $(filter-out %/main.o,$(UI)) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(HOW_LINKED) $^ $(CMOCKA_LIBS) $(CURSES_LIBS) $(YAML_LIBS) -o $@

# libFuzzer brings a main() along; everywhere else, files that were kept are given to them.
replay := $(if $(filter fuzz,$(MODE)),,$(BUILD)/tests/fuzz/replay.o)
$(FUZZ): private LDFLAGS += $(if $(filter fuzz,$(MODE)),-fsanitize=fuzzer)
$(FUZZ): $(BUILD)/%: $(BUILD)/%.o $(replay) $(filter-out %/main.o,$(UI)) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(HOW_LINKED) $^ $(CURSES_LIBS) $(YAML_LIBS) -o $@

$(DOCGEN): $(BUILD)/%: $(BUILD)/tools/%.o $(filter-out %/main.o,$(UI)) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(HOW_LINKED) $^ $(CURSES_LIBS) $(YAML_LIBS) -o $@

# No table of texts without its Chinese, or with other slots there. RUN: what runs programs of another machine.
$(TEXTS).good: $(BUILD)/tools/texts.o
	$(Q)$(HOW_LINKED) $< -o $(TEXTS)
	$(Q)$(RUN) $(TEXTS) && touch $@

.PHONY: all help play test check unit asan coverage fuzz fuzzers bless layers format format-check bench bench-explore torture machines docs compile install uninstall clean needed
.SECONDARY:
-include $(OBJECTS:.o=.d)
