import Datasets
import Testing

/// Real files, against figures found with Python's csv module and NumPy 2.4.
@Suite struct CSVFilesTests {
  @Test func irisIsRead() throws {
    let dataset = try CSVReader.read(path: sharedData("csv/iris.csv"), options: CSVOptions())
    #expect(dataset.count == 150 && dataset.inputShape == [4])
    #expect(dataset.targets == .classes(["Iris-setosa", "Iris-versicolor", "Iris-virginica"]))
    let all = try read(dataset)
    #expect(all.inputs[..<4] == [5.1, 3.5, 1.4, 0.2])
    for label in 0..<3 { #expect(all.targets.count { $0 == Float(label) } == 50) }
  }

  @Test func tablesOfNumbersAreRead() throws {
    func open(_ name: String, _ kind: TargetKind) throws -> ArrayDataset {
      try CSVReader.read(path: sharedData("csv/\(name).csv"), options: CSVOptions(), kind: kind)
    }
    let pima = try open("pima-indians-diabetes", .classes)
    #expect(pima.count == 768 && pima.inputShape == [8] && pima.targets == .classes(["0", "1"]))
    #expect(try read(pima).targets.reduce(0, +) == 268)
    let sonar = try open("sonar", .automatic)
    #expect(
      sonar.count == 208 && sonar.inputShape == [60] && sonar.targets == .classes(["M", "R"]))
    #expect(try read(sonar).targets.reduce(0, +) == 97)
    let wine = try open("wine", .classes)
    #expect(wine.count == 178 && wine.targets == .classes(["1", "2", "3"]))
    #expect(try read(wine).targets.count { $0 == 1 } == 71)
  }

  @Test func missingValuesOfTheCancerFileAreFoundAndDropped() throws {
    let path = try sharedData("csv/breast-cancer-wisconsin.csv")
    expectFailure(.badContent, "breast-cancer-wisconsin.csv:24", "column 5") {
      _ = try CSVReader.read(path: path, options: CSVOptions(), kind: .classes)
    }
    let dataset = try CSVReader.read(
      path: path, options: CSVOptions(missing: .drop), kind: .classes)
    #expect(dataset.count == 683 && dataset.targets == .classes(["2", "4"]))
  }

  @Test func aHeaderAndQuotedNamesAreRead() throws {
    let dataset = try CSVReader.read(
      path: sharedData("csv/airline-passengers.csv"),
      options: CSVOptions(
        header: true, targets: [.name("Passengers")], columns: [.name("Month")],
        categorical: .columns([.name("Month")])))
    #expect(dataset.count == 144 && dataset.targets == .values(width: 1))
    #expect(dataset.schema.table?.inputs[0].categories?.first == "1949-01")
    #expect(try read(dataset, [0, 143]).targets == [112, 432])
  }

  @Test func adultHasMixedColumnsAndItsTestFileOtherLabels() throws {
    let options = CSVOptions(missing: .mean, categorical: .automatic)
    let train = try CSVReader.read(path: sharedData("csv/adult-train.csv.gz"), options: options)
    #expect(train.count == 32_561 && train.targets == .classes(["<=50K", ">50K"]))
    let columns = try #require(train.schema.table?.inputs)
    #expect(
      columns.map { $0.categories?.count ?? 0 } == [0, 9, 0, 16, 0, 7, 15, 6, 5, 2, 0, 0, 0, 42])
    let all = try read(train)
    #expect(all.targets.reduce(0, +) == 7841)
    #expect(
      stride(from: 0, to: all.inputs.count, by: 14).reduce(0) { $0 + all.inputs[$1] } == 1_256_257)
    var dropping = options
    dropping.missing = .drop
    let complete = try CSVReader.read(
      path: sharedData("csv/adult-train.csv.gz"), options: dropping)
    #expect(complete.count == 30_162)
    // The labels of the test file carry a dot, so it is not data of the same classes.
    let test = DataSourceSpec(.csv(path: try sharedData("csv/adult-test.csv.gz"), options: options))
    expectFailure(.badContent, "adult-test.csv.gz:1", "<=50K.", "known are <=50K, >50K") {
      _ = try test.open(matching: train.schema)
    }
    let inputs = try test.openInputs(matching: train.schema)
    #expect(inputs.count == 16_281 && inputs.inputShape == [14] && inputs.targets == .absent)
  }
}
