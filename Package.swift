// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
  name: "spinscope",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(
      name: "CNCurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    // The kernels are what a debug build would spend its time in; they are debugged by their tests.
    .target(
      name: "CKernels", cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
    .target(name: "CDemoModel"),
    .target(name: "Tensors", dependencies: ["CBLAS", "CKernels", "CZlib"], swiftSettings: strict),
    .target(name: "StrictJSON", swiftSettings: strict),
    .target(name: "Tokenizers", dependencies: ["StrictJSON"], swiftSettings: strict),
    .target(name: "Transformers", dependencies: ["StrictJSON", "Tensors"], swiftSettings: strict),
    .target(
      name: "Probing", dependencies: ["StrictJSON", "Tensors", "Tokenizers", "Transformers"],
      swiftSettings: strict),
    // Themes is a link to the folder of themes at the top.
    .target(
      name: "Terminal", dependencies: ["CNCurses"],
      resources: [.embedInCode("Themes")], swiftSettings: strict),
    .executableTarget(
      name: "spinscope",
      dependencies: [
        "CDemoModel", "Probing", "StrictJSON", "Tensors", "Terminal", "Tokenizers", "Transformers",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      // CDemoModel embeds it.
      exclude: ["Demo/model"],
      resources: [.embedInCode("Demo/reviews.csv"), .embedInCode("Demo/questions.csv")],
      swiftSettings: strict),
    .target(
      name: "Fuzzing", dependencies: ["StrictJSON"], path: "Tests/Fuzzing", swiftSettings: strict),
    .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
    .testTarget(name: "TokenizersTests", dependencies: ["Fuzzing", "Tokenizers"]),
    .testTarget(name: "TransformersTests", dependencies: ["Fuzzing", "Transformers", "Tensors"]),
    .testTarget(
      name: "ProbingTests",
      dependencies: ["CZlib", "Fuzzing", "Probing", "Tensors", "Tokenizers", "Transformers"]),
    .testTarget(name: "TerminalTests", dependencies: ["Fuzzing", "Terminal"]),
    // Ends in every way that a program can, with the terminal's screen open.
    .executableTarget(
      name: "Crasher", dependencies: ["Terminal"], path: "Tests/Crasher", swiftSettings: strict),
    .testTarget(
      name: "spinscopeTests",
      dependencies: [
        "Crasher", "Fuzzing", "spinscope", "Probing", "Tensors", "Terminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ],
  swiftLanguageModes: [.v6])
