import Testing
import _TestSupport

@testable import Formats

/// The files are NumPy's own; see `scripts/golden/formats.py`.
@Suite struct NPYWriterTests {
  @Test func floatsEqualNumPysFile() throws {
    let golden = bytes(
      hex: """
        934e554d5059010076007b276465736372273a20273c6634272c2027666f727472616e5f6f72646572273a2046616c73
        652c20277368617065273a2028322c2033292c207d202020202020202020202020202020202020202020202020202020
        202020202020202020202020202020202020202020202020202020202020200a000080be000000be000000000000003e
        0000803e0000c03e
        """)
    try withTemporaryFolder { folder in
      let writer = try NPYWriter<Float>(to: AtomicFile(path: folder.path("a.npy")), shape: [2, 3])
      try writer.write([Float]([-0.25, -0.125, 0, 0.125]).span)
      try writer.write([Float]([0.25, 0.375]).span)
      try writer.finish()
      #expect(try folder.bytes(of: "a.npy") == golden)
    }
  }

  @Test func integersEqualNumPysFile() throws {
    let golden = bytes(
      hex: """
        934e554d5059010076007b276465736372273a20273c6938272c2027666f727472616e5f6f72646572273a2046616c73
        652c20277368617065273a2028322c292c207d2020202020202020202020202020202020202020202020202020202020
        202020202020202020202020202020202020202020202020202020202020200a070000000000000000000000000000c0
        """)
    try withTemporaryFolder { folder in
      let writer = try NPYWriter<Int64>(to: AtomicFile(path: folder.path("a.npy")), shape: [2])
      try writer.write([Int64]([7, -(1 << 62)]).span)
      try writer.finish()
      #expect(try folder.bytes(of: "a.npy") == golden)
    }
  }

  @Test(arguments: 0..<12)
  func theHeaderIsPaddedToFullLines(rank: Int) throws {
    try withTemporaryFolder { folder in
      let writer = try NPYWriter<Float>(
        to: AtomicFile(path: folder.path("a.npy")),
        shape: .init([Int](repeating: 1_000_000, count: min(rank, 3)) + (rank > 3 ? [0] : [])))
      if rank > 3 || rank == 0 {
        if rank == 0 { try writer.write([Float(1)].span) }
        try writer.finish()
        let file = try folder.bytes(of: "a.npy")
        let length = Int(file[8]) | Int(file[9]) << 8
        #expect((10 + length) % 64 == 0 && file[9 + length] == 0x0A)
      }
    }
  }
}
