/// How much of a file is taken into memory.
public struct ReadLimits: Hashable, Sendable {
  /// Uncompressed arrays that would take more bytes of memory than this are read in pieces, sample
  /// by sample, when they are asked for.
  public var inMemory: Int
  /// The largest content of a compressed file whose size is not declared in a header.
  public var unpacked: Int

  /// Limits of the given sizes; by default 256 MB and 8 GB.
  public init(inMemory: Int = 256 << 20, unpacked: Int = 8 << 30) {
    self.inMemory = inMemory
    self.unpacked = unpacked
  }
}
