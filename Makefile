# SPDX-License-Identifier: GPL-3.0-or-later
# The front door: "make run" plays, "make check" tests.  Meson does the building; see README.md.

SHELL = /bin/sh
prefix ?= /usr/local
BUILD ?= _build-run
STAGE = $(abspath $(BUILD))/root
ARGS ?=
FLATPAK_ID = io.github.storyglass.Storyglass

.PHONY: help run build check check-long bench bench-peers bench-presets install clean flatpak

help:
	@echo 'make run         install what is missing, build, and start Storyglass (ARGS="…" are passed on)'
	@echo 'make check       build with warnings as errors and run the tests'
	@echo 'make check-long  the same under sanitizers, Valgrind and clang, with the slow tests and the fuzzers'
	@echo 'make bench       run the benchmarks; each prints its result as JSON'
	@echo 'make bench-peers measure Storyglass beside LangGraph.js, the AI SDK and a bare Node loop (needs npm)'
	@echo 'make bench-presets measure what each optimisation saves (ten minutes)'
	@echo 'make install     install into prefix=$(prefix); DESTDIR is honoured'
	@echo 'make flatpak     build the Flatpak and install it for this user'
	@echo 'make clean       remove everything that was built here'

# Built with its own prefix inside the build folder, so that what runs is what gets installed:
# icons, settings, scenarios and translations included.
build:
	@.ci/install-packages run
	@test -f $(BUILD)/build.ninja || meson setup $(BUILD) --prefix=$(STAGE) -Dtests=false
	@ninja -C $(BUILD)
	@meson install -C $(BUILD) --no-rebuild --quiet

run: build
	@.ci/play $(STAGE) $(ARGS)

check:
	@.ci/install-packages run check
	@.ci/check

check-long:
	@.ci/install-packages run check long
	@.ci/check long

bench:
	@.ci/install-packages run check
	@test -f _build-bench/build.ninja || meson setup _build-bench --buildtype=release -Db_ndebug=false
	@ninja -C _build-bench
	@meson test -C _build-bench --benchmark --no-rebuild --verbose --num-processes 1

bench-peers:
	@.ci/install-packages run check
	@command -v npm >/dev/null || .ci/install-packages peers
	@test -f _build-bench/build.ninja || meson setup _build-bench --buildtype=release -Db_ndebug=false
	@ninja -C _build-bench tests/bench/bench-server tests/bench/bench-peer tests/bench/bench-floor
	@tests/bench/bench-peers.py _build-bench

bench-presets:
	@.ci/install-packages run check
	@test -f _build-bench/build.ninja || meson setup _build-bench --buildtype=release -Db_ndebug=false
	@ninja -C _build-bench tests/bench/bench-presets
	@_build-bench/tests/bench/bench-presets

install:
	@.ci/install-packages run
	@test -f _build-install/build.ninja || \
	  meson setup _build-install --prefix=$(prefix) --buildtype=release -Dtests=false
	@meson configure _build-install --prefix=$(prefix)
	@ninja -C _build-install
	@meson install -C _build-install --no-rebuild

# Built against the GNOME runtime that the manifest names, which flatpak installs from Flathub.
flatpak:
	@.ci/install-packages flatpak
	@.ci/build-flatpak

clean:
	rm -rf _build _build-run _build-check _build-asan _build-asan-full _build-clang _build-fuzz _build-bench \
	  _build-install _build-flatpak
