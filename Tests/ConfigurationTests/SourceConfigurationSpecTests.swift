import Datasets
import Testing

@testable import Configuration

@Suite struct SourceConfigurationSpecTests {
  private func spec(_ data: String, root: String? = "/data") throws -> DataSourceSpec {
    var data = try load(smallText, "data=\(data)").data
    data.root = root
    return data.spec(of: data.train, targets: .classes)
  }

  @Test func filesLieBelowTheRoot() throws {
    #expect(
      try spec("{train: {inputs: a-idx3-ubyte, targets: b-idx1-ubyte, take: 5}}")
        == DataSourceSpec(
          .idx(inputs: "/data/a-idx3-ubyte", targets: "/data/b-idx1-ubyte"), targets: .classes,
          take: 5))
    #expect(
      try spec("{train: {inputs: a.npy, targets: /b.npy}}").format
        == .npy(inputs: "/data/a.npy", targets: "/b.npy"))
    #expect(
      try spec("{train: {path: [a.bin, b.bin]}}").format
        == .cifar10(paths: ["/data/a.bin", "/data/b.bin"]))
    #expect(try spec("{train: {path: a.bin}}", root: nil).format == .cifar10(paths: ["a.bin"]))
  }

  @Test func arraysOfAnArchiveHaveTheirNames() throws {
    #expect(
      try spec("{train: {path: a.npz}}").format
        == .npz(path: "/data/a.npz", inputs: "inputs", targets: "targets"))
    #expect(
      try spec("{train: {path: a.npz, inputs: x, targets: y}}").format
        == .npz(path: "/data/a.npz", inputs: "x", targets: "y"))
  }

  @Test func tablesHaveTheirOptions() throws {
    #expect(
      try spec("{train: {path: a.csv}}").format
        == .csv(path: "/data/a.csv", options: CSVOptions()))
    let text =
      "{train: {path: a.csv, header: true, separator: ';', target: [y, 0], columns: [a, -2],"
      + " missing: drop}, preprocess: [one_hot]}"
    var options = CSVOptions()
    options.header = true
    options.separator = ";"
    options.targets = [.name("y"), .index(0)]
    options.columns = [.name("a"), .index(-2)]
    options.missing = .drop
    options.categorical = .automatic
    #expect(try spec(text).format == .csv(path: "/data/a.csv", options: options))
  }

  @Test func otherTextsMarkMissingValues() throws {
    guard case .csv(_, let options) = try spec("{train: {path: a.csv, missing: NA}}").format else {
      Issue.record("no table")
      return
    }
    #expect(options.missing == .drop)
    #expect(options.missingMarkers == CSVOptions().missingMarkers + ["NA"])
  }

  @Test func builtInSourcesNeedNoFile() throws {
    #expect(try spec("digits").format == .digits)
    #expect(
      try spec("{source: synthetic, shape: [1, 8], classes: 3, count: 9}").format
        == .synthetic(SyntheticDataset(inputShape: [1, 8], targets: .classes(3), count: 9)))
    #expect(
      try spec("{train: {format: synthetic, shape: [4], values: 2, count: 9, seed: 5}}").format
        == .synthetic(
          SyntheticDataset(inputShape: [4], targets: .values(2), count: 9, seed: 5)))
  }

  @Test(arguments: [
    ("categorical_crossentropy", TargetKind.classesOrRows),
    ("sparse_categorical_crossentropy", .classes), ("binary_crossentropy", .answers),
    ("hinge", .answers), ("mse", .automatic), ("huber", .automatic), ("poisson", .values),
  ])
  func theObjectiveDecidesWhatTargetsAre(objective: String, kind: TargetKind) throws {
    let run = try load(smallText, "objective=\(objective)", "data={train: {path: a.csv}}")
    #expect(run.spec(of: run.data.train).targets == kind)
  }
}
