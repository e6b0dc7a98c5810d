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

  @Test func markersAndAPolicyGoTogether() throws {
    for (text, policy, markers): (String, CSVOptions.MissingPolicy, [String]) in [
      ("{policy: mean, markers: NA}", .mean, ["NA"]),
      ("{markers: [NA, \"-\"], policy: error}", .error, ["NA", "-"]),
      ("{markers: [\"99\"]}", .drop, ["99"]), ("{policy: mean}", .mean, []),
    ] {
      let data = try load(smallText, "data={train: {path: a.csv, missing: \(text)}}")
      guard case .csv(_, let options) = data.spec(of: data.data.train).format else {
        Issue.record("no table")
        return
      }
      #expect(options.missing == policy, "\(text)")
      #expect(options.missingMarkers == CSVOptions().missingMarkers + markers, "\(text)")
      #expect(try load(data.resolvedText).data.train.missing == data.data.train.missing)
    }
    for text in ["{policy: median}", "{marker: NA}", "{markers: {a: 1}}", "{}"] {
      #expect(failure(smallText, ["data={train: {path: a.csv, missing: \(text)}}"]).exitCode == 78)
    }
  }

  @Test func categoricalColumnsAndTheFirstLabelAreRead() throws {
    let table = "data={train: {path: a.csv, categorical: [weekday, 3]}, preprocess: [one_hot]}"
    let run = try load(smallText, table)
    guard case .csv(_, let options) = run.spec(of: run.data.train).format else {
      Issue.record("no table")
      return
    }
    #expect(options.categorical == .columns([.name("weekday"), .index(3)]))
    #expect(try load(run.resolvedText).data.train.categorical == run.data.train.categorical)
    let labels = "data={train: {inputs: x.npy, targets: y.npy, first_label: 1}}"
    let array = try load(smallText, labels)
    #expect(array.spec(of: array.data.train).firstLabel == 1)
    #expect(try load(array.resolvedText).data.train.firstLabel == 1)
    #expect(
      failure(smallText, ["data={train: {path: a.csv, first_label: 1}}"]).message
        .contains("does not belong to the format csv"))
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
