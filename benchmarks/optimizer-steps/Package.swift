// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "optimizer-steps",
  dependencies: [.package(name: "nntrain", path: "../..")],
  targets: [
    .executableTarget(
      name: "optimizer-steps",
      dependencies: [.product(name: "NNTrainEngine", package: "nntrain")],
      swiftSettings: [.swiftLanguageMode(.v6), .enableExperimentalFeature("Lifetimes")])
  ]
)
