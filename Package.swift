// swift-tools-version: 6.2
// TrackLayer Gateway: no Swift packages, only Debian's C libraries (see docs/adr/0001-libraries.md).
import PackageDescription

let common: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

/// Modules that decide and never touch memory or the outside by hand.
let pure: [SwiftSetting] = common + [.strictMemorySafety()]

let strictC: [CSetting] = [.define("_GNU_SOURCE"), .enableWarning("extra"), .treatAllWarnings(as: .error)]
let strictCXX: [CXXSetting] = [.enableWarning("extra"), .treatAllWarnings(as: .error)]

let package = Package(
    name: "tracklayer",
    targets: [
        // C libraries: a module map and typed doors, no logic.
        .systemLibrary(name: "CEvent"),
        .systemLibrary(name: "CCurl"),
        .systemLibrary(name: "COpenSSL"),
        .systemLibrary(name: "CRocksDB"),
        .systemLibrary(name: "CYAML"),
        .systemLibrary(name: "CZlib"),
        .target(
            name: "CSIMDJSON", cxxSettings: strictCXX,
            linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("stdc++")]),
        .target(name: "CPlatform", cSettings: strictC),

        // Foundations.
        .target(name: "Platform", dependencies: ["CPlatform"], swiftSettings: common),
        .target(name: "Crypto", dependencies: ["COpenSSL"], swiftSettings: common),
        .target(name: "JSON", dependencies: ["CSIMDJSON"], swiftSettings: common),
        .target(name: "EventModel", dependencies: ["JSON", "Crypto", "Platform"], swiftSettings: pure),

        // The five that never import each other.
        .target(
            name: "Canonicalizer", dependencies: ["EventModel", "JSON", "Crypto", "Platform"], swiftSettings: pure),
        .target(name: "Identity", dependencies: ["EventModel", "JSON", "Crypto", "Platform"], swiftSettings: pure),
        .target(
            name: "Inbound", dependencies: ["EventModel", "JSON", "Crypto", "Platform", "CEvent", "COpenSSL", "CZlib"],
            swiftSettings: common),
        .target(
            name: "Outbound", dependencies: ["EventModel", "JSON", "Crypto", "Platform", "CCurl"],
            swiftSettings: common),
        .target(
            name: "Storage", dependencies: ["EventModel", "JSON", "Crypto", "Platform", "CRocksDB"],
            swiftSettings: common),

        // Where they meet.
        .target(
            name: "Gateway",
            dependencies: [
                "Canonicalizer", "Identity", "Inbound", "Outbound", "Storage", "EventModel", "JSON", "Crypto",
                "Platform", "CYAML",
            ], swiftSettings: common),
        .executableTarget(
            name: "tracklayer",
            dependencies: [
                "Gateway", "Canonicalizer", "Identity", "Inbound", "Outbound", "Storage", "EventModel", "JSON",
                "Crypto",
                "Platform",
            ], swiftSettings: common),
        .target(
            name: "CYardstick", path: "Benchmarks/CYardstick", cxxSettings: strictCXX,
            linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("stdc++")]),
        .executableTarget(
            name: "bench",
            dependencies: [
                "Gateway", "Canonicalizer", "Outbound", "Storage", "EventModel", "JSON", "Crypto", "Platform",
                "CYardstick",
            ],
            path: "Benchmarks/bench", swiftSettings: common),
        .executableTarget(
            name: "bench-delivery", dependencies: ["Outbound", "Storage", "EventModel", "Platform"],
            path: "Benchmarks/bench-delivery", swiftSettings: common),
        .target(
            name: "TestSupport", dependencies: ["EventModel", "JSON", "Crypto", "Platform"], swiftSettings: common),

        .testTarget(name: "PlatformTests", dependencies: ["Platform", "TestSupport"], swiftSettings: common),
        .testTarget(name: "CryptoTests", dependencies: ["Crypto", "TestSupport"], swiftSettings: common),
        .testTarget(
            name: "JSONTests", dependencies: ["JSON", "TestSupport"], exclude: ["corpus.txt"], swiftSettings: common),
        .testTarget(
            name: "EventModelTests", dependencies: ["EventModel", "JSON", "TestSupport"], swiftSettings: common),
        .testTarget(
            name: "CanonicalizerTests",
            dependencies: ["Canonicalizer", "EventModel", "JSON", "Crypto", "Platform", "TestSupport"],
            swiftSettings: common),
        .testTarget(
            name: "IdentityTests", dependencies: ["Identity", "EventModel", "Crypto", "Platform", "TestSupport"],
            swiftSettings: common),
        .testTarget(
            name: "InboundTests",
            dependencies: ["Inbound", "EventModel", "JSON", "Crypto", "Platform", "CZlib", "CEvent", "TestSupport"],
            swiftSettings: common),
        .testTarget(
            name: "OutboundTests",
            dependencies: ["Outbound", "EventModel", "JSON", "Crypto", "Platform", "TestSupport"], swiftSettings: common
        ),
        .testTarget(
            name: "StorageTests", dependencies: ["Storage", "EventModel", "Crypto", "Platform", "JSON", "TestSupport"],
            swiftSettings: common),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "Canonicalizer", "Identity", "Inbound", "Outbound", "Storage", "EventModel", "JSON",
                "Crypto", "Platform", "TestSupport",
            ], swiftSettings: common),
        .testTarget(
            name: "DestinationTests",
            dependencies: [
                "Gateway", "Canonicalizer", "Outbound", "EventModel", "JSON", "Crypto", "Platform", "TestSupport",
            ], exclude: ["Cases"], swiftSettings: common),
        .testTarget(name: "TidyTests", swiftSettings: common),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "tracklayer", "Gateway", "Canonicalizer", "Identity", "Inbound", "Outbound", "Storage", "EventModel",
                "JSON", "Crypto", "Platform", "TestSupport",
            ], swiftSettings: common),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c11,
    cxxLanguageStandard: .cxx17
)

// libFuzzer brings its own `main`, so these targets exist for Scripts/fuzz.sh only.
if Context.environment["TRACKLAYER_FUZZ"] != nil {
    let modules: [Target.Dependency] = [
        "FuzzSupport", "Gateway", "Inbound", "Outbound", "EventModel", "JSON", "Crypto", "Platform",
    ]
    package.targets.append(
        .target(
            name: "FuzzSupport", dependencies: ["Inbound", "CZlib"], path: "Fuzz/FuzzSupport", swiftSettings: common))
    for name in ["RequestFuzz", "SignatureFuzz", "TemplateFuzz", "CanonicalizerFuzz"] {
        package.targets.append(
            .executableTarget(name: name, dependencies: modules, path: "Fuzz/\(name)", swiftSettings: common))
    }
}
