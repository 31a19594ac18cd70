// swift-tools-version: 6.2
// PuruTorch: tensors with reverse-mode automatic differentiation, and a harness that scores such libraries.

import PackageDescription

let package = Package(
  name: "PuruTorch",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "PuruTorch", targets: ["PuruTorch"]),
    .library(name: "Conformance", targets: ["Conformance"]),
    .executable(name: "conformance", targets: ["ConformanceCommand"]),
    .executable(name: "audit", targets: ["ConformanceAudit"]),
    .executable(name: "benchmark", targets: ["BenchmarkCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
    .target(name: "CKernels"),
    .target(name: "HDF5", dependencies: ["CHDF5"]),
    .target(name: "PuruTorch", dependencies: ["CKernels"]),
    .target(
      name: "Conformance",
      dependencies: [
        "HDF5", .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system", condition: .when(platforms: [.linux])),
      ]),
    .target(name: "PuruTorchAdapter", dependencies: ["Conformance", "PuruTorch"]),
    .executableTarget(
      name: "ConformanceCommand",
      dependencies: [
        "Conformance", "PuruTorchAdapter",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "ConformanceAudit",
      dependencies: [
        "Conformance", "PuruTorch", "PuruTorchAdapter",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(name: "CLimits"),
    .executableTarget(
      name: "BenchmarkCommand",
      dependencies: [
        "CLimits", "PuruTorch", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "BrokenImplementation", dependencies: ["HDF5"], path: "Tests/BrokenImplementation"),
    .target(name: "TestSupport", dependencies: ["PuruTorch"], path: "Tests/TestSupport"),
    .testTarget(name: "HDF5Tests", dependencies: ["HDF5"], exclude: ["Files"]),
    .testTarget(name: "PuruTorchTests", dependencies: ["PuruTorch", "TestSupport"]),
    .testTarget(name: "ReadmeTests", dependencies: ["PuruTorch"]),
    .testTarget(
      name: "PuruTorchAdapterTests", dependencies: ["Conformance", "PuruTorch", "PuruTorchAdapter"]),
    .testTarget(name: "ConformanceTests", dependencies: ["Conformance", "HDF5"]),
    .testTarget(
      name: "CommandTests",
      dependencies: ["ConformanceCommand", "BrokenImplementation", "Conformance", "HDF5"]),
    .testTarget(
      name: "AuditTests",
      dependencies: ["ConformanceAudit", "Conformance", "HDF5", "PuruTorch", "PuruTorchAdapter"]),
    .testTarget(name: "OracleTests", dependencies: ["ConformanceAudit", "Conformance", "HDF5"]),
  ],
  swiftLanguageModes: [.v6]
)
