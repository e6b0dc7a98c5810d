import Testing

@testable import Datasets

@Suite struct DataDigestTests {
  private func made(
    _ inputs: [Float], _ classes: [Int32], weights: [Float]? = nil
  ) throws -> ArrayDataset {
    try ArrayDataset(
      "made", rows: FloatRows(inputs, count: classes.count, width: inputs.count / classes.count),
      inputShape: [inputs.count / classes.count],
      targets: StoredTargets(classes: classes, names: ["a", "b"]), weights: weights)
  }

  @Test("what differs is named: samples, inputs, targets, weights")
  func differences() throws {
    let base = try made([1, 2, 3, 4], [0, 1]).contentDigest()
    #expect(base.isWhole)
    let others: [(ArrayDataset, String?)] = [
      (try made([1, 2, 3, 4], [0, 1]), nil),
      (try made([1, 2, 3, 4, 5, 6], [0, 1, 1]), "number of samples"),
      (try made([1, 2, 3, 5], [0, 1]), "inputs"),
      (try made([1, 2, 3, 4], [1, 0]), "targets"),
      (try made([1, 2, 3, 4], [0, 1], weights: [1, 2]), "weights"),
    ]
    for (other, difference) in others {
      #expect(try other.contentDigest().difference(from: base) == difference)
    }
  }

  @Test("combinators are looked at by what they gather")
  func combinators() throws {
    let base = try made([1, 2, 3, 4], [0, 1])
    let other = try made([1, 2, 9, 4], [0, 1])
    func digests(_ data: ArrayDataset) throws -> [DataDigest] {
      try [
        Subset(data, first: 1).contentDigest(), Subset(data, first: 2).contentDigest(),
        Concatenated([data, data]).contentDigest(),
      ]
    }
    let (left, right) = (try digests(base), try digests(other))
    #expect(left[0] == right[0])
    #expect(left[1].difference(from: right[1]) == "inputs")
    #expect(left[2].difference(from: right[2]) == "inputs")
    #expect(left.allSatisfy { !$0.isWhole } && left[1] != left[2])
  }

  @Test("bytes, records with a stride, joined and padded rows")
  func rows() throws {
    let bytes: [UInt8] = [9, 1, 2, 9, 3, 4]
    let strided = ByteRows(bytes, count: 2, width: 2, offset: 1, stride: 3)
    var changed = bytes
    changed[3] = 8
    // A byte between the rows does not count.
    let same = ByteRows(changed, count: 2, width: 2, offset: 1, stride: 3)
    #expect(strided.digest() == same.digest())
    changed[4] = 5
    let other = ByteRows(changed, count: 2, width: 2, offset: 1, stride: 3)
    #expect(strided.digest() != other.digest())
    #expect(JoinedRows([strided, strided]).digest() != JoinedRows([strided, other]).digest())
    let whole = ByteRows([1, 2, 3, 4], count: 2, width: 2)
    #expect(whole.digest() != ByteRows([1, 2, 3, 5], count: 2, width: 2).digest())
  }
}
