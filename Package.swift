// swift-tools-version: 6.1
import PackageDescription

#if arch(arm64)
let triplet = "aarch64-linux-gnu"
let processor: [String] = []
let doctor: [SwiftSetting] = []
#else
let triplet = "x86_64-linux-gnu"
/// What the processor must be; with VSWIFT_PROCESSOR=x86-64-v2, which is all that Debian's DPDK asks for, an older one.
let level = Context.environment["VSWIFT_PROCESSOR"] ?? "x86-64-v3"
let processor = ["-march=\(level)"]
let doctor: [SwiftSetting] = level == "x86-64-v2" ? [] : [.define("NEEDS_AVX2")]
#endif

/// Debian's DPDK: its pkg-config file cannot be read by SwiftPM, so the flags are spelled here.
let dpdkCompile: [CSetting] = [
    .unsafeFlags(
        ["-I/usr/include/dpdk", "-I/usr/include/\(triplet)/dpdk", "-include", "rte_config.h", "-O3", "-Wno-everything"]
            + processor)
]
let dpdkLink: [LinkerSetting] = [
    "rte_eal", "rte_mempool", "rte_mempool_ring", "rte_ring", "rte_mbuf", "rte_ethdev", "rte_kvargs",
    "rte_bus_vdev", "rte_telemetry", "rte_net", "rte_gso", "rte_vhost", "rte_meter",
].map { .linkedLibrary($0) }

/// The targets whose code runs per packet: no bounds or exclusivity checks in release builds.
let hot: [SwiftSetting] = [
    .unsafeFlags(
        ["-Ounchecked", "-enforce-exclusivity=unchecked"] + processor.flatMap { ["-Xcc", $0] },
        .when(configuration: .release))
]

/// Daemon and command line run where no Swift is installed.
let selfContained: [LinkerSetting] = [
    .unsafeFlags(
        ["-static-stdlib", "-lFoundationEssentials", "-l_FoundationCollections", "-l_FoundationCShims"],
        .when(configuration: .release))
]

/// The targets that look at every byte of peers' requests: bounds are checked, exclusive access is
/// left to debug builds.
let busy: [SwiftSetting] = [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let collections: Target.Dependency = .product(name: "Collections", package: "swift-collections")

let package = Package(
    name: "vSwift",
    products: [
        .executable(name: "vswiftd", targets: ["vswiftd"]), .executable(name: "vswift", targets: ["vswift"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    ],
    targets: [
        .target(name: "CLinux", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CDPDK", cSettings: dpdkCompile, linkerSettings: dpdkLink),
        .target(name: "Packets", swiftSettings: hot),
        .target(name: "Control", dependencies: [nioCore, nioPosix, logging]),
        .target(name: "TLS", dependencies: ["Control", nioCore, nioTLS, logging]),
        .target(name: "Program", dependencies: ["Machine", "CLinux", "Control", logging]),
        .target(
            name: "OVSDB", dependencies: ["TLS", "Control", nioCore, nioPosix, logging], swiftSettings: busy),
        .target(
            name: "OVSDBServer",
            dependencies: ["OVSDB", "TLS", "CLinux", "Control", crypto, nioCore, nioPosix, logging],
            swiftSettings: busy),
        .target(name: "VSCtl", dependencies: ["OVSDB", "TLS", "Program", "Machine", "Control", logging]),
        .target(name: "OpenFlow", dependencies: ["TLS", "Control", "Packets", nioCore, nioPosix, logging]),
        .target(name: "Machine", dependencies: [logging]),
        .target(name: "MemoryPlan", dependencies: ["Machine", logging]),
        .target(name: "Doctor", dependencies: ["Machine", "Control"], swiftSettings: doctor),
        .target(name: "DPDK", dependencies: ["Machine", "MemoryPlan", "CDPDK", "CLinux", "Control", logging]),
        .target(
            name: "Datapath",
            dependencies: [
                "Packets", "Machine", "MemoryPlan", "DPDK", "CDPDK", "CLinux", "Control", nioCore, nioPosix, logging,
            ],
            swiftSettings: hot),
        .target(
            name: "Switch", dependencies: ["Packets", "OpenFlow", "Datapath", "TLS", "Control", collections, logging]),
        .target(
            name: "Configuration",
            dependencies: [
                "OVSDB", "Switch", "OpenFlow", "Datapath", "Machine", "MemoryPlan", "DPDK", "Packets", "TLS",
                "Control", logging,
            ]),
        .target(
            name: "Service",
            dependencies: [
                "Program", "OVSDB", "Packets", "Machine", "TLS", "CLinux", "Control", nioCore, nioPosix, logging,
            ]),
        .target(
            name: "DatabaseService",
            dependencies: ["Service", "OVSDBServer", "OVSDB", "TLS", "Program", "Control", logging]),
        .target(
            name: "Management",
            dependencies: [
                "Service", "Program", "Configuration", "OVSDB", "Machine", "TLS", "CLinux", "Control", logging,
            ]),
        .executableTarget(
            name: "vswiftd",
            dependencies: [
                "Program", "Service", "DatabaseService", "Management", "Configuration", "OVSDBServer", "Switch",
                "Datapath", "Machine", "DPDK", "OpenFlow", "TLS", "CLinux", "Control", logging,
            ],
            linkerSettings: selfContained),
        .executableTarget(
            name: "vswift",
            dependencies: [
                "VSCtl", "DatabaseService", "OVSDBServer", "OVSDB", "TLS", "Doctor", "MemoryPlan", "Machine",
                "Program", "CLinux", "Control", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            linkerSettings: selfContained),
        .testTarget(name: "ControlTests", dependencies: ["Control"]),
        .testTarget(name: "PacketsTests", dependencies: ["Packets", "TestSupport"]),
        .testTarget(name: "TLSTests", dependencies: ["TLS", nioTLS]),
        .testTarget(name: "VSCtlTests", dependencies: ["VSCtl", "OVSDB"]),
        .testTarget(name: "OVSDBTests", dependencies: ["OVSDB", "TestSupport"]),
        .testTarget(name: "OVSDBServerTests", dependencies: ["OVSDBServer", "OVSDB", "TLS", "Control"]),
        .testTarget(
            name: "OpenFlowTests",
            dependencies: ["OpenFlow", "TLS", "TestSupport", .product(name: "NIOEmbedded", package: "swift-nio")]),
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        .testTarget(name: "MachineTests", dependencies: ["Machine", "TestSupport"]),
        .testTarget(name: "DoctorTests", dependencies: ["Doctor", "Machine", "TestSupport"]),
        .testTarget(name: "MemoryPlanTests", dependencies: ["MemoryPlan", "Machine", "TestSupport"]),
        .testTarget(
            name: "DPDKTests", dependencies: ["DPDK", "Machine", "MemoryPlan", "CDPDK", "CLinux", "TestSupport"]),
        .testTarget(name: "DatapathTests", dependencies: ["Datapath", "Control", "Machine", "MemoryPlan", "DPDK"]),
        .testTarget(name: "SwitchTests", dependencies: ["Switch", "TestSupport"]),
        .testTarget(name: "ConfigurationTests", dependencies: ["Configuration", "TestSupport"]),
        .testTarget(name: "ServiceTests", dependencies: ["Service", "Program", "CLinux", "Control", logging]),
        .testTarget(name: "DatabaseServiceTests", dependencies: ["DatabaseService", "Service", "Program"]),
        .testTarget(name: "ManagementTests", dependencies: ["Management", "Service", "Program", "Control"]),
        .testTarget(name: "SystemTests", dependencies: []),
    ]
)
