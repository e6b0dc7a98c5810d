// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

// The house by floors. A target imports lower floors only, never a sibling (scripts/check-floors.sh).

/// `NNTRAIN_ONEDNN`: the folder with `include` and `lib` of a oneDNN to build with instead of the
/// system's. The library is named by its path, since pkg-config puts the system's folders first.
let oneDNN = Context.environment["NNTRAIN_ONEDNN"].flatMap { $0.isEmpty ? nil : $0 }
let oneDNNHeaders: [SwiftSetting] =
  oneDNN.map { [.unsafeFlags(["-Xcc", "-I\($0)/include"])] } ?? []
let oneDNNLibrary: [LinkerSetting] =
  oneDNN.map {
    [.unsafeFlags(["-Xlinker", "\($0)/lib/libdnnl.so", "-Xlinker", "-rpath=\($0)/lib"])]
  } ?? [.linkedLibrary("dnnl")]

/// Every target: Swift 6 mode, every warning an error, lifetimes for spans of our own storage.
let common: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableExperimentalFeature("Lifetimes"),
  ] + oneDNNHeaders

/// The oldest processor that a build runs on; `NNTRAIN_MARCH=native` (or any other) overrides it.
#if arch(x86_64)
  let march = ["-Xcc", "-march=" + (Context.environment["NNTRAIN_MARCH"] ?? "x86-64-v3")]
#else
  let march = (Context.environment["NNTRAIN_MARCH"]).map { ["-Xcc", "-mcpu=" + $0] } ?? []
#endif

/// Targets with hot loops: optimized in debug builds too, and free of errno, which would keep every
/// loop with a square root scalar.
let numeric: [SwiftSetting] =
  common + [.unsafeFlags(["-O", "-Xcc", "-fno-math-errno"] + march)]

/// Whether to build for MPICH and its relatives (Intel MPI, Cray MPICH); Open MPI otherwise.
let usesMPICH = Context.environment["NNTRAIN_MPI"] == "mpich"

/// What scripts/fuzz.sh links with libFuzzer; left out otherwise.
let fuzzed: [Product] =
  Context.environment["NNTRAIN_FUZZ"] == nil
  ? [] : [.library(name: "HostileFiles", type: .static, targets: ["_HostileFiles"])]

let package = Package(
  name: "nntrain",
  products: [
    .executable(name: "nntrain", targets: ["nntrain"]),
    .library(
      name: "NNTrainEngine",
      targets: ["Tensors", "MPI", "Layers", "Objectives", "Optimizers", "Models", "Training"]),
    .library(name: "NNTrainCollectives", targets: ["Tensors", "MPI", "Collectives"]),
  ] + fuzzed,
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // MARK: Floor 0: the C libraries
    usesMPICH
      ? .systemLibrary(
        name: "CMPI", path: "Sources/CMPICH", pkgConfig: "mpich",
        providers: [.apt(["libmpich-dev"])])
      : .systemLibrary(name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

    // MARK: Floor 1: foundations; the unsafe code
    .target(name: "Tensors", dependencies: ["CLinux"], swiftSettings: numeric),
    .target(
      name: "OneDNN", dependencies: ["COneDNN"], swiftSettings: numeric,
      linkerSettings: oneDNNLibrary),
    .target(
      name: "MPI", dependencies: ["CMPI"],
      swiftSettings: numeric + (usesMPICH ? [.define("MPICH")] : [])),
    .target(name: "Zlib", dependencies: ["CZlib"], swiftSettings: common),
    .target(name: "Digests", dependencies: ["CCrypto"], swiftSettings: common),

    // MARK: Floor 2: the nouns of the field, ignorant of each other
    .target(name: "Layers", dependencies: ["Tensors", "OneDNN"], swiftSettings: numeric),
    .target(name: "Objectives", dependencies: ["Tensors"], swiftSettings: numeric),
    .target(name: "Metrics", dependencies: ["Tensors"], swiftSettings: numeric),
    .target(name: "Optimizers", dependencies: ["Tensors"], swiftSettings: numeric),
    .target(
      name: "Datasets", dependencies: ["Tensors", "Zlib"],
      exclude: ["Resources"], swiftSettings: numeric),
    .target(name: "Collectives", dependencies: ["Tensors", "MPI"], swiftSettings: numeric),
    .target(name: "Formats", dependencies: ["Tensors", "Digests"], swiftSettings: common),
    .target(name: "Plotting", dependencies: ["Zlib"], swiftSettings: common),

    // MARK: Floor 3: one network
    .target(name: "Models", dependencies: ["Layers", "Tensors", "OneDNN"], swiftSettings: numeric),

    // MARK: Floor 4: one run
    .target(
      name: "Training",
      dependencies: [
        "Models", "Layers", "Objectives", "Metrics", "Optimizers", "Datasets", "Collectives",
        "Formats", "Tensors", "OneDNN", "MPI", "Digests",
      ], swiftSettings: numeric),

    // MARK: Floor 5: what stands on single runs
    .target(
      name: "Ensembles",
      dependencies: [
        "Training", "Models", "Layers", "Objectives", "Datasets", "Collectives", "Formats",
        "Tensors", "OneDNN", "MPI",
      ], swiftSettings: numeric),

    .target(
      name: "Pretraining",
      dependencies: [
        "Training", "Models", "Layers", "Objectives", "Metrics", "Datasets", "Collectives",
        "Formats", "Tensors", "OneDNN",
      ], swiftSettings: numeric),

    // MARK: Floor 6: the only place that knows YAML
    .target(
      name: "Configuration",
      dependencies: [
        "Ensembles", "Pretraining", "Training", "Models", "Layers", "Objectives", "Metrics",
        "Optimizers", "Datasets", "Formats", "Tensors", "OneDNN",
        .product(name: "Yams", package: "Yams"),
      ], swiftSettings: common),

    // MARK: Floor 7: words typed by a person
    .executableTarget(
      name: "nntrain",
      dependencies: [
        "Configuration", "Ensembles", "Pretraining", "Training", "Collectives", "MPI", "Formats",
        "Datasets", "Digests", "Plotting", "Zlib",
        "Layers", "Models", "OneDNN", "Optimizers", "Tensors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: common,
      // Ranks compare what they run by this hash of the program (`ProgramIdentity`).
      linkerSettings: [.unsafeFlags(["-Xlinker", "--build-id=sha1"], .when(platforms: [.linux]))]),

    // MARK: Tests mirror the sources
    .target(
      name: "_TestSupport", dependencies: ["Tensors", "MPI", "Optimizers", "Formats"],
      path: "Tests/_TestSupport",
      swiftSettings: common),
    .target(
      name: "_HostileFiles",
      dependencies: [
        "Configuration", "Ensembles", "Training", "Datasets", "Formats", "Zlib", "Models", "OneDNN",
        "Tensors",
      ],
      path: "Tests/_HostileFiles", swiftSettings: common),
    .testTarget(
      name: "HostileFilesTests", dependencies: ["_HostileFiles", "_TestSupport", "Formats"],
      swiftSettings: common),
    .testTarget(
      name: "TensorsTests", dependencies: ["Tensors", "_TestSupport"], swiftSettings: common),
    .testTarget(
      name: "OneDNNTests", dependencies: ["OneDNN", "_TestSupport"], swiftSettings: common),
    .testTarget(name: "MPITests", dependencies: ["MPI", "_TestSupport"], swiftSettings: common),
    .testTarget(name: "DigestsTests", dependencies: ["Digests"], swiftSettings: common),
    .testTarget(
      name: "LayersTests", dependencies: ["Layers", "Models", "_TestSupport"], swiftSettings: common
    ),
    .testTarget(
      name: "ObjectivesTests", dependencies: ["Objectives", "_TestSupport"], swiftSettings: common),
    .testTarget(
      name: "MetricsTests", dependencies: ["Metrics", "_TestSupport"], swiftSettings: common),
    .testTarget(
      name: "OptimizersTests", dependencies: ["Optimizers", "_TestSupport"], swiftSettings: common),
    .testTarget(
      name: "DatasetsTests", dependencies: ["Datasets", "Zlib", "_TestSupport"],
      swiftSettings: common),
    .testTarget(
      name: "CollectivesTests", dependencies: ["Collectives", "MPI", "_TestSupport"],
      swiftSettings: common),
    .testTarget(
      name: "FormatsTests", dependencies: ["Formats", "_TestSupport"], swiftSettings: common),
    .testTarget(
      name: "PlottingTests", dependencies: ["Plotting", "Zlib", "_TestSupport"],
      swiftSettings: common),
    .testTarget(
      name: "ModelsTests", dependencies: ["Models", "_TestSupport"], swiftSettings: common),
    .testTarget(
      name: "TrainingTests", dependencies: ["Training", "_TestSupport"], swiftSettings: common),
    .testTarget(
      name: "EnsemblesTests", dependencies: ["Ensembles", "_TestSupport"], swiftSettings: common),
    .testTarget(
      name: "PretrainingTests",
      dependencies: [
        "Formats", "Layers", "Models", "OneDNN", "Pretraining", "Tensors", "_TestSupport",
      ],
      swiftSettings: common),
    .testTarget(
      name: "ConfigurationTests", dependencies: ["Configuration", "_TestSupport"],
      swiftSettings: common),
    .testTarget(
      name: "NNTrainTests", dependencies: ["_TestSupport", "Formats", "Optimizers", "Tensors"],
      swiftSettings: common),
    .testTarget(
      name: "_TestSupportTests", dependencies: ["_TestSupport", "Optimizers"], swiftSettings: common
    ),
  ]
)
