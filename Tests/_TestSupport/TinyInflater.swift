/// A decompressor of deflate streams (RFC 1951) for tests, written from the specification and slow:
/// independent of the library that the program uses.
public struct TinyInflater {
  private let bytes: [UInt8]
  private var position = 0
  private var output: [UInt8] = []

  /// The content of the zlib stream `bytes` (RFC 1950), its checksum verified; nil where it is none.
  public static func zlib(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count > 6, bytes[0] & 15 == 8, (Int(bytes[0]) << 8 + Int(bytes[1])) % 31 == 0 else {
      return nil
    }
    var inflater = TinyInflater(bytes: Array(bytes[2...]))
    guard inflater.inflate() else { return nil }
    var (a, b) = (1, 0)
    for byte in inflater.output {
      a = (a + Int(byte)) % 65521
      b = (b + a) % 65521
    }
    let checksum = bytes.suffix(4).reduce(0) { $0 << 8 | Int($1) }
    return checksum == b << 16 | a ? inflater.output : nil
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func bits(_ count: Int) -> Int {
    var value = 0
    for i in 0..<count {
      guard position / 8 < bytes.count else { return 0 }
      value |= Int(bytes[position / 8] >> (position % 8) & 1) << i
      position += 1
    }
    return value
  }

  private mutating func inflate() -> Bool {
    while true {
      let isLast = bits(1) == 1
      switch bits(2) {
      case 0:
        position = (position + 7) / 8 * 8
        let length = bits(16)
        guard bits(16) == length ^ 0xFFFF else { return false }
        for _ in 0..<length { output.append(UInt8(bits(8))) }
      case 1:
        let lengths =
          [Int](repeating: 8, count: 144) + [Int](repeating: 9, count: 112)
          + [Int](repeating: 7, count: 24) + [Int](repeating: 8, count: 8)
        guard block(Code(lengths), Code([Int](repeating: 5, count: 30))) else { return false }
      case 2:
        guard let (literals, distances) = codes(), block(literals, distances) else { return false }
      default: return false
      }
      if isLast { return true }
    }
  }

  /// A Huffman code: symbols by length and number.
  private struct Code {
    var symbols: [[Int]: Int] = [:]

    init(_ lengths: [Int]) {
      var code = 0
      for length in 1...15 {
        for (symbol, own) in lengths.enumerated() where own == length {
          symbols[[length, code]] = symbol
          code += 1
        }
        code <<= 1
      }
    }
  }

  private mutating func symbol(_ code: Code) -> Int? {
    var number = 0
    for length in 1...15 {
      number = number << 1 | bits(1)
      if let symbol = code.symbols[[length, number]] { return symbol }
    }
    return nil
  }

  private mutating func codes() -> (Code, Code)? {
    let (literals, distances, count) = (bits(5) + 257, bits(5) + 1, bits(4) + 4)
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    var lengths = [Int](repeating: 0, count: 19)
    for i in 0..<count { lengths[order[i]] = bits(3) }
    let code = Code(lengths)
    var all: [Int] = []
    while all.count < literals + distances {
      guard let symbol = symbol(code) else { return nil }
      switch symbol {
      case 16: all += [Int](repeating: all.last ?? 0, count: bits(2) + 3)
      case 17: all += [Int](repeating: 0, count: bits(3) + 3)
      case 18: all += [Int](repeating: 0, count: bits(7) + 11)
      default: all.append(symbol)
      }
    }
    return (Code(Array(all[..<literals])), Code(Array(all[literals...])))
  }

  private mutating func block(_ literals: Code, _ distances: Code) -> Bool {
    while let symbol = symbol(literals) {
      if symbol < 256 {
        output.append(UInt8(symbol))
      } else if symbol == 256 {
        return true
      } else {
        let k = symbol - 257
        let length =
          k < 8 ? k + 3 : k == 28 ? 258 : ((4 + k % 4) << (k / 4 - 1)) + 3 + bits(k / 4 - 1)
        guard let d = self.symbol(distances) else { return false }
        let distance = d < 4 ? d + 1 : ((2 + d % 2) << (d / 2 - 1)) + 1 + bits(d / 2 - 1)
        guard distance <= output.count else { return false }
        for _ in 0..<length { output.append(output[output.count - distance]) }
      }
    }
    return false
  }
}
