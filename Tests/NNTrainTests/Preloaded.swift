import Foundation
import Testing
import _TestSupport

/// Compiles `source`, a file of `scripts`, to a library that can be loaded before a program (LD_PRELOAD).
func preloaded(_ source: String, in folder: TemporaryFolder) throws -> String {
  let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../scripts/\(source)").standardized.path
  let library = folder.path("preloaded.so")
  let compiler = Process()
  compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  compiler.arguments = ["clang", "-O1", "-shared", "-fPIC", "-o", library, path, "-ldl"]
  try compiler.run()
  compiler.waitUntilExit()
  try #require(compiler.terminationStatus == 0)
  return library
}
