import Foundation
import Testing

@testable import Tensors

/// Two mappings of one piece of memory, as two processes have them; what real processes do with it is
/// tested with the reducer, across ranks.
@Suite struct SharedMemoryTests {
  @Test func whatOneWritesTheOtherReads() throws {
    let maker = try #require(SharedMemory(count: 5000))
    let other = try #require(SharedMemory(maker.address))
    let (left, right) = (maker.storage(1024..<5000), other.storage(0..<5000))
    #expect(right.array.allSatisfy { $0 == 0 })
    var span = left.mutableSpan(0..<2)
    (span[0], span[1]) = (3, -0.0)
    #expect(right.array[1024] == 3 && right.array[1025].sign == .minus)
    #expect(other.value(of: 0) == 0 && other.value(of: 62) == 0)
    maker.raise(62, to: 7)
    #expect(other.value(of: 62) == 7 && other.value(of: 61) == 0)
  }

  @Test func aStorageKeepsTheMemory() throws {
    var maker = SharedMemory(count: 16)
    let storage = try #require(maker?.storage(0..<16))
    maker = nil
    var span = storage.mutableSpan
    span[15] = 1
    #expect(storage.array[15] == 1)
  }

  @Test func strangersAreNotOpened() throws {
    let maker = try #require(SharedMemory(count: 16))
    let words = maker.address.words
    let wrong: [[Int]] = [
      [], [1, 2], [words[0], 100_000, words[2], words[3]], [-1, words[1], words[2], words[3]],
      [words[0], words[1], words[2] + 1, words[3]], [words[0], words[1], words[2], words[3] ^ 1],
      [words[0], words[1], 0, words[3]], [.max, .max, .max, .max],
    ]
    for address in wrong { #expect(SharedMemory(.init(words: address)) == nil, "\(address)") }
  }

  @Test func noFileIsLeftOpen() throws {
    let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    for _ in 0..<300 {
      let maker = try #require(SharedMemory(count: 16))
      #expect(SharedMemory(maker.address) != nil)
    }
    let after = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    // Other tests open files meanwhile.
    #expect(after < before + 300)
  }
}
