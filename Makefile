# Thin: each target is a line that you could type yourself.

hyperfed := .build/release/hyperfed

.PHONY: build demo test bench format clean

build:
	@Scripts/install-packages
	swift build -c release --product hyperfed

# Compares global and client-side schedulers on Fashion-MNIST; 3 to 6 minutes on 2 cores.
demo: build
	$(hyperfed) compare Scenarios/fashion-skewed.yaml --overwrite

test:
	@Scripts/install-packages
	swift test -c release

bench: build
	$(hyperfed) bench

format:
	swift format --in-place --parallel --recursive Package.swift Sources Tests

clean:
	rm -rf .build
