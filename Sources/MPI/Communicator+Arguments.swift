internal import CMPI

// Arguments are checked before the library sees them: it takes 32-bit numbers, gives negative ones
// meanings of its own, and would cut larger ones silently.
extension Communicator {
  /// The failure of an argument, before any call.
  func badArgument(_ operation: String, _ text: String) -> MPIError {
    MPIError(operation: operation, communicator: name, kind: .badArgument, text: text)
  }

  /// `value` as the library's number.
  func number(_ value: Int, _ what: String, _ operation: String) throws(MPIError) -> CInt {
    guard let result = CInt(exactly: value) else {
      throw badArgument(operation, "\(what) \(value) is outside of 32 bits")
    }
    return result
  }

  /// `rank` as the library's number, which must be one of this communicator.
  func checked(rank: Int, as role: String, _ operation: String) throws(MPIError) -> CInt {
    guard rank >= 0 && rank < size else {
      throw badArgument(operation, "\(role) \(rank) is no rank; the ranks are 0..<\(size)")
    }
    return CInt(rank)
  }

  /// The number of elements of a call that cannot be cut into several.
  func checked(count: Int, _ operation: String) throws(MPIError) -> CInt {
    guard count <= countLimit else {
      throw badArgument(
        operation,
        "\(count) elements per rank exceed the \(countLimit) that one call can carry; "
          + "pass them in pieces")
    }
    return CInt(count)
  }

  /// Both sides of an exchange with equal blocks: `total` must hold one block of `block` per rank.
  func checkBlocks(_ total: Int, of block: Int, _ operation: String) throws(MPIError) {
    guard total == block * size else {
      throw badArgument(
        operation, "a buffer of \(total) elements cannot hold \(size) blocks of \(block)")
    }
  }
}

/// Counts and displacements of a variable exchange, which the library reads until the operation is
/// complete.
final class CountTable {
  let counts: UnsafeMutablePointer<CInt>
  let displacements: UnsafeMutablePointer<CInt>
  let total: Int

  /// Blocks of `counts` elements, one after the other, one per rank of `communicator`.
  init(_ counts: [Int], _ communicator: Communicator, _ operation: String) throws(MPIError) {
    guard counts.count == communicator.size else {
      throw communicator.badArgument(
        operation, "\(counts.count) counts were given for \(communicator.size) ranks")
    }
    var total = 0
    for count in counts {
      guard count >= 0 else {
        throw communicator.badArgument(operation, "a block of \(count) elements")
      }
      let (sum, overflow) = total.addingReportingOverflow(count)
      total = overflow ? Int.max : sum
    }
    // Displacements are 32-bit numbers as well, so the whole buffer is limited, not just a block.
    _ = try communicator.checked(count: total, operation)
    self.total = total
    self.counts = .allocate(capacity: counts.count)
    displacements = .allocate(capacity: counts.count)
    var start: CInt = 0
    for (i, count) in counts.enumerated() {
      (self.counts + i).initialize(to: CInt(count))
      (displacements + i).initialize(to: start)
      start += CInt(count)
    }
  }

  deinit {
    counts.deallocate()
    displacements.deallocate()
  }
}
