# Thin: each target is a line that you could type yourself.

hyperfed := .build/release/hyperfed

.PHONY: build demo test test-fast test-avx2 fuzz bench pages format clean

build:
	@Scripts/install-packages
	swift build -c release --product hyperfed

# Compares global and client-side schedulers on Fashion-MNIST; 3 to 6 minutes on 2 cores.
demo: build
	$(hyperfed) compare Scenarios/fashion-skewed.yaml --overwrite

# All tests as users run the program; before, that they build as editors and debuggers build them.
test:
	@Scripts/install-packages tests
	swift build --build-tests
	Scripts/run-tests -c release

# Without the slow tests, and in a debug build, which is the first to answer after an edit.
test-fast:
	@Scripts/install-packages tests
	HYPERFED_TESTS=fast Scripts/run-tests

# The same as machines without AVX-512 run it: see Documentation/Testing.md.
test-avx2:
	@Scripts/install-packages tests
	HYPERFED_ISA=x86-64-v3 Scripts/run-tests -c release

# Damaged input for every reader, for so many seconds: see Documentation/Fuzzing.md.
SECONDS = 2400
fuzz:
	@Scripts/install-packages
	Scripts/fuzz $(SECONDS)

bench: build
	$(hyperfed) bench

# Writes what follows from the code into the pages: the tables of schedulers, the glossary of keys.
pages: build
	$(hyperfed) list --pages Documentation

format:
	swift format --in-place --parallel --recursive Package.swift Sources Tests

clean:
	rm -rf .build
