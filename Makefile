# forklore. `make help` lists what can be asked for.

MODE    ?= release
BUILD   ?= build/$(MODE)
PROGRAM := $(if $(filter build/release,$(BUILD)),forklore,$(BUILD)/forklore)

prefix  ?= /usr/local
bindir  ?= $(prefix)/bin
mandir  ?= $(prefix)/share/man
datadir ?= $(prefix)/share/forklore

flags.release   = -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 $(LTO)
flags.debug    := -O0 -g3 -DFORKLORE_CHECKED
flags.asan     := -O1 -g -DFORKLORE_CHECKED -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
flags.coverage := -O0 -g --coverage
flags.mode      = $(or $(flags.$(MODE)),$(error MODE is one of release, debug, asan, coverage, not "$(MODE)"))

WERROR   ?= $(if $(filter true,$(CI)),1)
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes $(if $(filter 1,$(WERROR)),-Werror)

# Asked when first used, not when this file is read: `make play` must be able to install what answers.
PKG_CONFIG ?= pkg-config
pkg  = $(shell $(PKG_CONFIG) $1 2>/dev/null)
once = $(eval $1 := $2)$($1)
# The world's small functions stand in many files: gcc sees them as one. (clang would need a linker of its own.)
LTO           = $(call once,LTO,$(shell $(CC) --version | grep -q clang || echo -flto=auto -ffat-lto-objects))
YAML_CFLAGS   = $(call once,YAML_CFLAGS,$(call pkg,--cflags yaml-0.1))
YAML_LIBS     = $(call once,YAML_LIBS,$(call pkg,--libs yaml-0.1))
CURSES_CFLAGS = $(call once,CURSES_CFLAGS,$(call pkg,--cflags ncursesw))
CURSES_LIBS   = $(call once,CURSES_LIBS,$(call pkg,--libs ncursesw))
CMOCKA_CFLAGS = $(call once,CMOCKA_CFLAGS,$(call pkg,--cflags cmocka))
CMOCKA_LIBS   = $(call once,CMOCKA_LIBS,$(call pkg,--libs cmocka))

HOW_COMPILED = $(CC) -std=gnu11 -I. -D_GNU_SOURCE -DFORKLORE_DATADIR='"$(datadir)"' $(YAML_CFLAGS) $(WARNINGS) \
	$(flags.mode) -fstack-protector-strong -fPIE -pthread $(CPPFLAGS) $(CFLAGS)
HOW_LINKED   = $(CC) $(flags.mode) -pie -pthread -Wl,-z,relro,-z,now $(CFLAGS) $(LDFLAGS)

SIM     := $(patsubst %.c,$(BUILD)/%.o,$(wildcard sim/*/*.c))
UI      := $(patsubst %.c,$(BUILD)/%.o,$(wildcard ui/*/*.c))
UNIT    := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
UNIT_UI := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit_ui/test_*.c))
HELPER  := $(patsubst %.c,$(BUILD)/%.o,$(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c)))
DOCGEN  := $(patsubst tools/%.c,$(BUILD)/%,$(wildcard tools/docgen.c))
LIB     := $(BUILD)/libsim.a
OBJECTS := $(SIM) $(UI) $(UNIT:=.o) $(UNIT_UI:=.o) $(HELPER) $(patsubst %,$(BUILD)/tools/%.o,$(notdir $(DOCGEN)))

Q    := $(if $(filter 1,$(V)),,@)
say   = $(if $(Q),@printf '  %-5s %s\n' $1 $2)
MAKEFLAGS += --no-print-directory
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc)
endif

all: $(PROGRAM) ## build the program (this is the default)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  MODE=release|debug|asan|coverage   CC=clang   V=1 shows the commands   WERROR=1'
	@echo '  T="NAME ..." picks tests           prefix=/usr/local   DESTDIR='

play: ## install what is missing, build, and open the ticket race
	@tools/need.sh build
	@$(MAKE) all
	@./$(PROGRAM) run ticket-race || test $$? -eq 1 # 1: the run found something, as it should

test: ## install what is missing, build, and run all tests
	@tools/need.sh test
	@$(MAKE) check

check: $(PROGRAM) $(UNIT) $(UNIT_UI) $(DOCGEN)
	@FORKLORE=$(PROGRAM) FORKLORE_BUILD=$(BUILD) tests/run $(T)

unit: $(UNIT) $(UNIT_UI) ## build and run the C unit tests only: they need no program
	@FORKLORE_BUILD=$(BUILD) tests/run $(or $(T),unit/ unit_ui/)

asan: ## all tests, under AddressSanitizer and UBSan
	@$(MAKE) MODE=asan test

bless: $(PROGRAM) $(UNIT) $(UNIT_UI) ## accept what the program prints now as the expected
	@FORKLORE=$(PROGRAM) FORKLORE_BUILD=$(BUILD) FORKLORE_BLESS=1 tests/run $(T)
	@git --no-pager diff --stat -- tests || true

layers: ## prove from the includes that each floor sees only the floors below
	@tools/layers.sh

bench: $(PROGRAM) ## measure, beside what it is compared with
	@FORKLORE=$(PROGRAM) python3 tests/bench.py

bench-explore: $(PROGRAM) ## measure `forklore explore`, beside Spin
	@tools/need.sh measure
	@FORKLORE=$(PROGRAM) python3 tests/bench_explore.py

docs: $(DOCGEN) ## regenerate docs/reference from the tables
	$(Q)$(if $(DOCGEN),./$(DOCGEN) docs/reference,echo 'there is no tools/docgen.c yet')

compile: $(OBJECTS)

install: $(PROGRAM) ## install under $(DESTDIR)$(prefix)
	install -Dm755 $(PROGRAM) $(DESTDIR)$(bindir)/forklore
	cd scenarios && find . -type f -exec install -Dm644 {} $(DESTDIR)$(datadir)/scenarios/{} \;
	$(foreach m,$(wildcard man/*.[1-8]),install -Dm644 $m $(DESTDIR)$(mandir)/man$(subst .,,$(suffix $m))/$(notdir $m) &&) true

uninstall: ## take away what install put there
	rm -rf $(DESTDIR)$(bindir)/forklore $(DESTDIR)$(datadir)
	rm -f $(foreach m,$(wildcard man/*.[1-8]),$(DESTDIR)$(mandir)/man$(subst .,,$(suffix $m))/$(notdir $m))

clean: ## remove all that was built
	rm -rf build forklore

# Each holds a text and is written anew only when that changes: so other flags compile again what another compiler or
# mode left, and a source that vanished leaves the library.
$(BUILD)/how: private TEXT = $(HOW_COMPILED)
$(BUILD)/what: private TEXT = $(HOW_LINKED) $(SIM) $(UI)
needed:
	@tools/need.sh --check build
$(BUILD)/how $(BUILD)/what: needed
	@mkdir -p $(@D)
	@text='$(subst ','\'',$(TEXT))'; [ "$$text" = "$$(cat $@ 2>/dev/null)" ] || printf '%s\n' "$$text" > $@

# Debian's ncursesw.pc defines _XOPEN_SOURCE=600: only the files that show things may be told.
$(BUILD)/ui/%.o: private EXTRA = $(CURSES_CFLAGS)
$(BUILD)/tests/%.o: private EXTRA = $(CMOCKA_CFLAGS)
$(BUILD)/tests/unit_ui/%.o: private EXTRA = $(CMOCKA_CFLAGS) $(CURSES_CFLAGS)
$(BUILD)/%.o: %.c $(BUILD)/how
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(HOW_COMPILED) $(EXTRA) -MMD -MP -c $< -o $@

$(LIB): $(SIM) $(BUILD)/what
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $(SIM)

# The scenarios are looked for beside the program, so every place for a program has them.
$(PROGRAM): $(UI) $(SIM) $(BUILD)/what
	$(call say,LINK,$@)
	$(Q)$(HOW_LINKED) $(UI) $(SIM) $(CURSES_LIBS) $(YAML_LIBS) -o $@
	$(if $(filter-out forklore,$@),@ln -sfn '$(CURDIR)/scenarios' $(@D)/scenarios)

# All of sim/ and no ncurses: what links here is proven not to need a screen.
$(UNIT): $(BUILD)/%: $(BUILD)/%.o $(HELPER) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(HOW_LINKED) $< $(HELPER) -Wl,--whole-archive $(LIB) -Wl,--no-whole-archive $(CMOCKA_LIBS) $(YAML_LIBS) -o $@

$(UNIT_UI): $(BUILD)/%: $(BUILD)/%.o $(HELPER) $(filter-out %/main.o,$(UI)) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(HOW_LINKED) $^ $(CMOCKA_LIBS) $(CURSES_LIBS) $(YAML_LIBS) -o $@

$(DOCGEN): $(BUILD)/%: $(BUILD)/tools/%.o $(filter-out %/main.o,$(UI)) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(HOW_LINKED) $^ $(CURSES_LIBS) $(YAML_LIBS) -o $@

.PHONY: all help play test check unit asan bless layers bench bench-explore docs compile install uninstall clean needed
.SECONDARY:
-include $(OBJECTS:.o=.d)
