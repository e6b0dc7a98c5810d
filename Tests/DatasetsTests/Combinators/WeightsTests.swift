import Datasets
import Tensors
import Testing

/// The weights of samples: where they come from, how they travel, what they may not be.
@Suite struct WeightsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func weights(_ dataset: any Dataset, _ indices: [Int]? = nil) throws -> [Float] {
    let chosen = indices ?? Array(0..<dataset.count)
    let batch = Batch(
      capacity: chosen.count, inputWidth: dataset.inputShape.count, targetWidth: 1,
      targetForm: .values)
    // Rubbish of an earlier batch is overwritten.
    for i in 0..<chosen.count { batch.weights.base[i] = 99 }
    try dataset.read(chosen.span, into: batch)
    return batch.weights.array
  }

  private func table(
    _ text: String, weights: CSVOptions.ColumnReference?, header: Bool = false,
    missing: CSVOptions.MissingPolicy = .error
  ) throws -> ArrayDataset {
    var options = CSVOptions(header: header, missing: missing)
    options.weights = weights
    return try CSVReader.read(path: folder.file("a.csv", text), options: options)
  }

  private func npy(_ name: String, _ shape: String, _ values: [Float]) throws -> String {
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }\n"
    let length = [UInt8(text.utf8.count & 255), UInt8(text.utf8.count >> 8)]
    let content = values.flatMap { value in
      (0..<4).map { UInt8(value.bitPattern >> UInt32(8 * $0) & 255) }
    }
    return try folder.file(
      name, [0x93] + Array("NUMPY".utf8) + [1, 0] + length + Array(text.utf8) + content)
  }

  @Test func samplesWithoutWeightsWeighOne() throws {
    let data = try SyntheticDataset(inputShape: [2], targets: .classes(2), count: 3).make()
    #expect(try weights(data) == [1, 1, 1])
  }

  @Test func aColumnOfWeightsIsNoInput() throws {
    for (reference, header) in [(CSVOptions.ColumnReference.index(1), ""), (.name("w"), "x,w,y\n")]
    {
      let data = try table(
        header + "1,0.5,7\n2,0,8\n3,2,9\n", weights: reference, header: !header.isEmpty)
      #expect(data.inputShape == [1])
      #expect(try weights(data) == [0.5, 0, 2])
      #expect(try read(data).targets == [7, 8, 9])
      // Another part finds its column by itself; a prediction needs none.
      let other = DataSourceSpec(
        .csv(
          path: try folder.file("b.csv", header + "4,3,7\n"), options: data.schema.table!.options))
      #expect(try weights(other.open(matching: data.schema)) == [3])
      #expect(
        try read(other.openInputs(matching: data.schema), form: .values, targetWidth: 0).inputs == [
          4
        ])
    }
  }

  @Test func aRowWithoutWeightIsDroppedOrRefused() throws {
    let text = "1,0.5,7\n2,?,8\n3,2,9\n"
    #expect(try weights(table(text, weights: .index(1), missing: .drop)) == [0.5, 2])
    expectFailure(.badContent, "a.csv:2", "column 1", "no value") {
      _ = try table(text, weights: .index(1))
    }
  }

  @Test func arraysOfWeights() throws {
    let inputs = try npy("x.npy", "(3, 2)", [0, 1, 2, 3, 4, 5])
    let targets = try npy("y.npy", "(3,)", [0.5, 1.5, 2.5])
    let right = try npy("w.npy", "(3,)", [1, 0, 4])
    func open(_ weights: String) throws -> any GatheringDataset {
      try DataSourceSpec(.npy(inputs: inputs, targets: targets), weights: weights).open()
    }
    #expect(try weights(open(right)) == [1, 0, 4])
    let column = try npy("w1.npy", "(3, 1)", [1, 0, 4])
    #expect(try weights(open(column)) == [1, 0, 4])
    expectFailure(.badContent, "3 inputs but 2 weights") {
      _ = try open(npy("w2.npy", "(2,)", [1, 1]))
    }
    expectFailure(.badContent, "2 weights per sample") {
      _ = try open(npy("w3.npy", "(3, 2)", [1, 1, 1, 1, 1, 1]))
    }
    expectFailure(.badContent, "sample 2 has the weight -1.0") {
      _ = try open(npy("w4.npy", "(3,)", [1, 1, -1]))
    }
    expectFailure(.badContent, "every sample has the weight 0") {
      _ = try open(npy("w5.npy", "(3,)", [0, 0, 0]))
    }
    expectFailure(.badContent, "w6.npy: record 1", "NaN") {
      _ = try open(npy("w6.npy", "(3,)", [1, .nan, 1]))
    }
    expectFailure(.unreadable, "absent.npy") { _ = try open(folder.path + "/absent.npy") }
  }

  @Test func wrongColumnsAreTold() {
    expectFailure(.badRequest, "both a target and the weights") {
      _ = try table("1,2,3\n", weights: .index(-1))
    }
    expectFailure(.badRequest, "no column 5") { _ = try table("1,2,3\n", weights: .index(5)) }
    expectFailure(.badContent, "column 1", "where a number belongs") {
      _ = try table("1,much,3\n", weights: .index(1))
    }
    expectFailure(.badContent, "sample 0 has the weight -2.0") {
      _ = try table("1,-2,3\n", weights: .index(1))
    }
  }

  @Test func combinatorsCarryWeights() throws {
    let data = try table("1,2,a\n2,3,b\n3,4,a\n4,5,b\n", weights: .index(1))
    #expect(try weights(Subset(data, [3, 0, 3])) == [5, 2, 5])
    #expect(try weights(Concatenated([data, Subset(data, [1])]), [4, 0, 3]) == [3, 2, 5])
    let scaled = try Preprocessing(fitting: [.standardize], to: data)
    #expect(try weights(PreprocessedDataset(data, scaled), [2]) == [4])
    let weighted = ClassWeighted(Subset(data, [1, 2]), weights: [10, 0.5])
    #expect(weighted.count == 2 && weighted.schema == data.schema)
    #expect(try weights(weighted) == [1.5, 40])
    #expect(try read(weighted) == read(data, [1, 2]))
    #expect(weighted.classIndex(of: 1) == 0)
  }

  @Test func balancedClassesCountAlike() throws {
    let data = try table("1,2,a\n2,3,b\n3,4,b\n4,5,b\n", weights: .index(1))
    #expect(ClassWeighted.balanced(data) == [2, 4 / 6])
    // A class without samples in this part weighs 1, and the others are balanced among themselves.
    #expect(ClassWeighted.balanced(Subset(data, [1, 2])) == [1, 1])
  }

  @Test func signsOfClassesAndValues() throws {
    let classes = try table("1,1,b\n2,1,a\n", weights: .index(1))
    #expect(try read(classes, form: .signs, targetWidth: 1).targets == [1, -1])
    #expect(try read(classes, form: .signs, targetWidth: 2).targets == [-1, 1, 1, -1])
    let options = CSVOptions(targets: [.index(1), .index(2)])
    let values = try CSVReader.read(path: folder.file("v.csv", "5,0,1\n6,-1,1\n"), options: options)
    #expect(try read(values, form: .signs, targetWidth: 2).targets == [-1, 1, -1, 1])
  }

  @Test func rowsOfSharesAreNoClasses() throws {
    let inputs = try npy("x.npy", "(2, 1)", [0, 1])
    let rows = try npy("y.npy", "(2, 2)", [0.25, 0.75, 1, 0])
    let labels = try npy("z.npy", "(2,)", [1, 0])
    func open(_ targets: String) throws -> any GatheringDataset {
      try DataSourceSpec(.npy(inputs: inputs, targets: targets), targets: .classesOrRows).open()
    }
    #expect(try open(rows).targets == .values(width: 2))
    #expect(try open(labels).targets == .classes(["0", "1"]))
    let path = try folder.file("s.csv", "5,0,1\n6,1,0\n")
    let one = try CSVReader.read(path: path, options: CSVOptions(), kind: .classesOrRows)
    #expect(one.targets == .classes(["0", "1"]))
    let two = try CSVReader.read(
      path: path, options: CSVOptions(targets: [.index(1), .index(2)]), kind: .classesOrRows)
    #expect(two.targets == .values(width: 2))
  }
}
