import Foundation
import Testing
import _TestSupport

@testable import Formats

@Suite struct RunDirectoryTests {
  static let owner = RunOwner(environment: [:])
  static let time = UTCTime(seconds: 1_735_689_599)

  @Test func theDefaultNameIsUnique() throws {
    try withTemporaryFolder { folder in
      var names: [String] = []
      for _ in 0..<3 {
        let run = try RunDirectory.create(
          named: "digits", in: folder.path("a/runs"), at: Self.time, owner: Self.owner)
        names.append(run.path)
      }
      let base = folder.path("a/runs/digits-20241231-235959")
      #expect(names == [base, base + "-2", base + "-3"])
    }
  }

  @Test func aMissingFolderIsMade() throws {
    try withTemporaryFolder { folder in
      for resume in [false, true] {
        let run = try RunDirectory.open(
          folder.path("a/\(resume)/b"), resume: resume, owner: Self.owner)
        #expect(try run.entries().isEmpty)
      }
    }
  }

  @Test func aFolderWithContentNeedsResume() throws {
    try withTemporaryFolder { folder in
      try folder.write("x", to: "run/config.yaml")
      try folder.write("x", to: "run/log.txt")
      let error = try #require(throws: FileError.self) {
        try RunDirectory.open(folder.path("run"), resume: false, owner: Self.owner)
      }
      #expect(error.kind == .cannotWrite)
      #expect(error.description.contains("holds config.yaml and more"))
      #expect(
        error.description.contains("--resume") && error.description.contains("another directory"))
      #expect(try folder.entries(of: "run") == ["config.yaml", "log.txt"])
      let run = try RunDirectory.open(folder.path("run"), resume: true, owner: Self.owner)
      #expect(try run.entries() == ["config.yaml", "log.txt"])
    }
  }

  @Test func twoJobsCannotShareARun() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.open(folder.path("run"), resume: false, owner: Self.owner)
      try withExtendedLifetime(run) {
        for resume in [false, true] {
          let error = try #require(throws: FileError.self) {
            try RunDirectory.open(folder.path("run"), resume: resume, owner: Self.owner)
          }
          #expect(error.description.contains("in use by process"))
        }
      }
    }
  }

  @Test func aFileInTheWayIsAnError() throws {
    try withTemporaryFolder { folder in
      try folder.write("x", to: "run")
      let error = try #require(throws: FileError.self) {
        try RunDirectory.open(folder.path("run"), resume: true, owner: Self.owner)
      }
      #expect(error.kind == .cannotWrite && error.description.contains("is a file"))
    }
  }

  /// A kernel's own folder refuses new entries even to root, as a read-only disk does.
  @Test func aFolderThatCannotBeWrittenIsAnError() throws {
    for path in ["/proc/nntrain-run", "/proc"] {
      let error = try #require(throws: FileError.self) {
        try RunDirectory.open(path, resume: true, owner: Self.owner)
      }
      #expect(error.kind == .cannotWrite, "\(error)")
      #expect(error.description.hasPrefix("/proc"))
    }
  }

  @Test func filesAndLinesAreWritten() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.open(folder.path("run"), resume: false, owner: Self.owner)
      try run.write("seed: 1\n", to: "config.yaml")
      try run.write(["seconds": 1.5], to: "summary.json")
      try run.append(metrics: ["epoch": 1, "step": 10, "objective": .number(.nan)])
      try run.append(metrics: ["epoch": 2, "step": 20])
      #expect(try folder.text(of: "run/config.yaml") == "seed: 1\n")
      #expect(try folder.text(of: "run/summary.json") == "{\n  \"seconds\": 1.5\n}\n")
      #expect(
        try folder.text(of: "run/metrics.jsonl")
          == "{\"epoch\":1,\"step\":10,\"objective\":null}\n{\"epoch\":2,\"step\":20}\n")
      try run.cutMetrics(toEpoch: 1)
      try run.append(metrics: ["epoch": 2, "step": 20])
      #expect(try MetricsFile.read(run.path(of: "metrics.jsonl")).count == 2)
      #expect(try run.createFolder("checkpoints") == folder.path("run/checkpoints"))
      #expect(
        try run.entries() == ["checkpoints", "config.yaml", "metrics.jsonl", "summary.json"])
    }
  }

  @Test func resumingClearsHalfWrittenFiles() throws {
    try withTemporaryFolder { folder in
      try folder.write("x", to: "run/.nntrain-a.part")
      try folder.write("x", to: "run/checkpoints/.nntrain-b.part")
      try folder.write("x", to: "run/checkpoints/step-1.safetensors")
      let run = try RunDirectory.open(folder.path("run"), resume: true, owner: Self.owner)
      #expect(try run.entries() == ["checkpoints"])
      #expect(try folder.entries(of: "run/checkpoints") == ["step-1.safetensors"])
    }
  }
}
