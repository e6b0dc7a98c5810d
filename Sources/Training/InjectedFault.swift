import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A fault of one rank, made on purpose for tests: `flip:RANK:STEP` changes one bit of its parameters
/// after so many steps, `hang:RANK:STEP` never returns, `slow:RANK:SECONDS` delays each of its steps.
public struct InjectedFault: Hashable, Sendable {
  private enum Kind: String { case flip, hang, slow }

  private let kind: Kind
  private let rank: Int
  private let number: Double

  /// Reads `text`; nil where it is no such fault.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let kind = Kind(rawValue: String(parts[0])),
      let rank = Int(parts[1]), let number = Double(parts[2]), number >= 0
    else { return nil }
    self.kind = kind
    self.rank = rank
    self.number = number
  }

  /// Strikes if this is the `rank` and the `step` of the fault.
  func strike(_ rank: Int, step: Int, _ store: ParameterStore) {
    guard rank == self.rank else { return }
    switch kind {
    case .flip:
      guard step == Int(number), let first = store.entries.first else { return }
      let weights = store.weights
      var values = weights.mutableSpan(first.range)
      // The mantissa's highest bit: the next update rounds a low one away.
      values[0] = Float(bitPattern: values[0].bitPattern ^ (1 << 22))
    case .hang: while step == Int(number) { usleep(1_000_000) }
    case .slow: usleep(UInt32(number * 1e6))
    }
  }
}
