# vSwift: a virtual switch in Swift.  `make help` lists what can be done.

SHELL := /bin/bash
.DEFAULT_GOAL := help

SWIFT  ?= swift
PREFIX ?= /usr
DESTDIR ?=
# Where bash looks for what completes a command.
COMPLETIONS := $(PREFIX)/share/bash-completion/completions
JOBS   ?= $(shell nproc)

# The switch that demo, bench, system and peer tests run: ours, or any other ovs-vswitchd.
VSWIFTD ?= $(CURDIR)/.build/release/vswiftd
DEBIAN_VSWITCHD := /usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk

# What Debian 12 must have. Build: DPDK's headers and libraries, a linker, SwiftPM's git.
BUILD_PACKAGES := libdpdk-dev libnuma-dev gcc libc6-dev libstdc++-12-dev make git ca-certificates
# Debian's clients and database, and the programs that make traffic.
RUN_PACKAGES   := openvswitch-common openvswitch-switch openvswitch-testcontroller iproute2 iputils-ping iperf3 procps util-linux ethtool python3 openssl
GUEST_PACKAGES := qemu-system-x86 busybox-static dpdk-dev numactl
BENCH_PACKAGES := openvswitch-switch-dpdk dpdk-dev

.PHONY: help build demo test test-unit test-system test-peer test-stress test-guests test-memory soak test-differential test-database test-database-crashes test-conformance bench install uninstall packages bench-packages clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: packages ## the daemon and its command line, .build/release/vswiftd and vswift
	$(SWIFT) build -c release -j $(JOBS) --product vswiftd
	$(SWIFT) build -c release -j $(JOBS) --product vswift

demo: packages ## a switch with namespaces and DPDK devices at work; nothing stays behind (root)
	@[ "$(VSWIFTD)" != "$(CURDIR)/.build/release/vswiftd" ] || $(SWIFT) build -c release -j $(JOBS) --product vswiftd
	@$(SWIFT) build -c release -j $(JOBS) --product vswift
	@VSWIFTD="$(VSWIFTD)" Examples/demo.sh

test: build ## unit tests, then the daemon with real ports and database (root)
	VSWIFTD="$(VSWIFTD)" $(SWIFT) test --no-parallel -j $(JOBS)

test-unit: packages ## unit tests only: no daemon (root for those over TAPs and packet sockets)
	$(SWIFT) test --no-parallel -j $(JOBS) --skip SystemTests

test-system: build ## system tests only (root); VSWIFTD=... tests another ovs-vswitchd
	VSWIFTD="$(VSWIFTD)" $(SWIFT) test --no-parallel -j $(JOBS) --filter SystemTests

test-peer: build ## Open vSwitch's own suites against the daemon (root); PEER="1-12", PEER="--suite dpdk"
	Tests/Peer/run --binary "$(VSWIFTD)" $(PEER)

test-stress: build ## tries to break the daemon: churn, storms, restarts (root); STRESS="churn --seconds 60"
	Tests/Stress/run --binary "$(VSWIFTD)" $(STRESS)

test-guests: build guest-packages bench-packages ## guests over vhost-user: good, hostile, killed; real ones under QEMU (root); GUESTS="crashes --rounds 100" REAL="pair --verbose"
	Tests/Guests/run --binary "$(VSWIFTD)" $(GUESTS)
	Tests/Guests/real/run --binary "$(VSWIFTD)" $(REAL)

test-memory: build guest-packages bench-packages ## memory short, missing, on the wrong node, here and in guests with nodes (root); MEMORY="jumbo --verbose"
	Tests/Memory/run --binary "$(VSWIFTD)" $(MEMORY)

soak: build guest-packages ## half an hour of ports, guests, MTUs at random while memory is short (root); SOAK="--minutes 5 --seed 1"
	Tests/Memory/soak --binary "$(VSWIFTD)" $(SOAK)

test-differential: build ## random tables and packets beside Debian's Open vSwitch; DIFFERENTIAL="--tables 20 --seed 7"
	Tests/Differential/run --left "$(VSWIFTD)" $(DIFFERENTIAL)

test-database: build ## the database server beside Debian's over random transactions, vswift vsctl beside ovs-vsctl, with Debian's clients, ovsdb-tool and ovsdb-client beside Debian's server, TLS options, kills while clients write, bad input and faults (root); DATABASE="--seed 7" FAULTS="slow huge"
	Tests/Database/compare --restart 1000 $(DATABASE)
	Tests/Database/vsctl
	Tests/Database/crashes --rounds 50
	Tests/Database/clients
	Tests/Database/ovsdb-tool
	Tests/Database/ovsdb-client
	Tests/Database/tls
	Tests/Database/upgrade --vswiftd "$(VSWIFTD)"
	Tests/Database/faults --vswiftd "$(VSWIFTD)" $(FAULTS)

test-database-crashes: packages ## the database server killed 1,000 times while clients write
	$(SWIFT) build -c release -j $(JOBS) --product vswift
	Tests/Database/crashes --rounds 1000

test-conformance: build ## os-ken's OpenFlow 1.3 switch tester (root); CONFORMANCE="match --verbose"
	Tests/Conformance/run --binary "$(VSWIFTD)" $(CONFORMANCE)

bench: build bench-packages ## side by side with testpmd and Debian's OVS-DPDK (root); BENCH="tcp --quick"
	VSWIFTD="$(VSWIFTD)" Benchmarks/bench $(BENCH)

install: ## into PREFIX (/usr) under DESTDIR; takes over the ovs-vswitchd alternative
	install -D -m 0755 .build/release/vswiftd $(DESTDIR)$(PREFIX)/lib/vswift/vswiftd
	install -D -m 0755 .build/release/vswift $(DESTDIR)$(PREFIX)/bin/vswift
	install -d $(DESTDIR)$(COMPLETIONS)
	.build/release/vswift --generate-completion-script bash > $(DESTDIR)$(COMPLETIONS)/vswift
	@if [ -z "$(DESTDIR)" ]; then \
	    update-alternatives --install /usr/sbin/ovs-vswitchd ovs-vswitchd $(PREFIX)/lib/vswift/vswiftd 200; \
	else \
	    echo "staged; on the target run:"; \
	    echo "  update-alternatives --install /usr/sbin/ovs-vswitchd ovs-vswitchd $(PREFIX)/lib/vswift/vswiftd 200"; \
	fi

uninstall: ## undoes install
	[ -n "$(DESTDIR)" ] || update-alternatives --remove ovs-vswitchd $(PREFIX)/lib/vswift/vswiftd
	rm -f $(DESTDIR)$(PREFIX)/lib/vswift/vswiftd $(DESTDIR)$(PREFIX)/bin/vswift $(DESTDIR)$(COMPLETIONS)/vswift
	-rmdir $(DESTDIR)$(PREFIX)/lib/vswift

packages:
	@.ci/install-packages $(BUILD_PACKAGES) $(RUN_PACKAGES)

guest-packages:
	@.ci/install-packages $(GUEST_PACKAGES)

bench-packages:
	@.ci/install-packages $(BENCH_PACKAGES)

clean: ## removes .build
	rm -rf .build
