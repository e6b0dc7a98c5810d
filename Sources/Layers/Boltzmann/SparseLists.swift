/// Lists of a matrix's numbers that are not zero, one list after the other, and sums by them.
struct SparseLists {
  private typealias Lanes = SIMD8<Float>

  /// The results of a sum: eight registers.
  static let panel = 64

  /// Where each list ends; the first number is where the first begins.
  let ends: UnsafeMutablePointer<Int32>
  /// Where in their rows, or columns, the numbers stand.
  let places: UnsafeMutablePointer<Int32>
  /// The numbers.
  let values: UnsafeMutablePointer<Float>

  /// The floats of memory for so many lists of so many numbers in all.
  static func memory(lists: Int, numbers: Int) -> Int {
    2 * rounded(numbers + 1) + rounded(lists + 1)
  }

  private static func rounded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

  /// Room in `memory`; for one number more, since what turns out to be zero is written before it is known.
  init(lists: Int, numbers: Int, memory: UnsafeMutablePointer<Float>) {
    let room = SparseLists.rounded(numbers + 1)
    values = memory
    places = UnsafeMutableRawPointer(memory + room).bindMemory(
      to: Int32.self, capacity: room + SparseLists.rounded(lists + 1))
    ends = places + room
    ends[0] = 0
  }

  /// The numbers of a list.
  @inline(__always)
  func range(_ list: Int) -> Range<Int> {
    Range(uncheckedBounds: (Int(ends[list]), Int(ends[list &+ 1])))
  }

  /// out = first + Σ values[k] · m[places[k], :], m being 64 columns wide.
  @inline(__always)
  func sum(
    _ list: Int, of m: UnsafePointer<Float>, from first: UnsafePointer<Float>?,
    into out: UnsafeMutablePointer<Float>
  ) {
    var (s0, s1, s2, s3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    var (s4, s5, s6, s7) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    if let first {
      (s0, s1) = (SparseLists.load(first), SparseLists.load(first + 8))
      (s2, s3) = (SparseLists.load(first + 16), SparseLists.load(first + 24))
      (s4, s5) = (SparseLists.load(first + 32), SparseLists.load(first + 40))
      (s6, s7) = (SparseLists.load(first + 48), SparseLists.load(first + 56))
    }
    let numbers = range(list)
    var k = numbers.lowerBound
    while k < numbers.upperBound {
      let value = Lanes(repeating: values[k])
      let row = m + Int(places[k]) &* SparseLists.panel
      s0 = s0.addingProduct(value, SparseLists.load(row))
      s1 = s1.addingProduct(value, SparseLists.load(row + 8))
      s2 = s2.addingProduct(value, SparseLists.load(row + 16))
      s3 = s3.addingProduct(value, SparseLists.load(row + 24))
      s4 = s4.addingProduct(value, SparseLists.load(row + 32))
      s5 = s5.addingProduct(value, SparseLists.load(row + 40))
      s6 = s6.addingProduct(value, SparseLists.load(row + 48))
      s7 = s7.addingProduct(value, SparseLists.load(row + 56))
      k &+= 1
    }
    SparseLists.store(s0, out)
    SparseLists.store(s1, out + 8)
    SparseLists.store(s2, out + 16)
    SparseLists.store(s3, out + 24)
    SparseLists.store(s4, out + 32)
    SparseLists.store(s5, out + 40)
    SparseLists.store(s6, out + 48)
    SparseLists.store(s7, out + 56)
  }

  // In this file, since a debug build takes nothing out of others.
  @inline(__always)
  private static func load(_ address: UnsafePointer<Float>) -> Lanes {
    UnsafeRawPointer(address).loadUnaligned(as: Lanes.self)
  }

  @inline(__always)
  private static func store(_ value: Lanes, _ address: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(address).storeBytes(of: value, as: Lanes.self)
  }
}
