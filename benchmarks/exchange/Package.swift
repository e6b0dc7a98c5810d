// swift-tools-version: 6.2
import PackageDescription

// The reduction of nntrain against the library's own, on any number of ranks: see benchmarks/exchange/run.
let package = Package(
  name: "exchange",
  dependencies: [.package(name: "nntrain", path: "../..")],
  targets: [
    .systemLibrary(name: "CAllReduce", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
    .executableTarget(
      name: "exchange",
      dependencies: ["CAllReduce", .product(name: "NNTrainCollectives", package: "nntrain")],
      swiftSettings: [.swiftLanguageMode(.v6), .enableExperimentalFeature("Lifetimes")]),
  ]
)
