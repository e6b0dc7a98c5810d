import Datasets
import Foundation
import Testing

@Suite struct PreprocessingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func table(
    _ text: String, _ options: CSVOptions = CSVOptions(), kind: TargetKind = .automatic
  ) throws -> ArrayDataset {
    try CSVReader.read(path: folder.file("table.csv", text), options: options, kind: kind)
  }

  private func apply(
    _ steps: [PreprocessingStep], _ dataset: any GatheringDataset
  ) throws -> (Preprocessing, PreprocessedDataset) {
    let preprocessing = try Preprocessing(fitting: steps, to: dataset)
    return (preprocessing, try PreprocessedDataset(dataset, preprocessing))
  }

  @Test func irisIsStandardized() throws {
    let dataset = try CSVReader.read(path: sharedData("csv/iris.csv"), options: CSVOptions())
    let (fitted, prepared) = try apply([.standardize], dataset)
    // numpy 2.4: mean(0) and std(0).
    let means = [5.843333333333335, 3.0540000000000007, 3.7586666666666693, 1.1986666666666672]
    let deviations = [
      0.8253012917851409, 0.4321465800705435, 1.7585291834055201, 0.760612618588172,
    ]
    for i in 0..<4 {
      #expect(abs(fitted.shift[i] - means[i]) < 1e-6)
      #expect(abs(fitted.scale[i] * deviations[i] - 1) < 1e-6)
    }
    let (raw, all) = (try read(dataset), try read(prepared))
    #expect(all.targets == raw.targets)
    for k in all.inputs.indices {
      let expected = (Double(raw.inputs[k]) - means[k % 4]) / deviations[k % 4]
      #expect(abs(Double(all.inputs[k]) - expected) < 1e-5)
    }
  }

  @Test func sequencesInOneRowHaveOneMapPerFeature() throws {
    var options = CSVOptions(header: true, targets: [.index(0)])
    options.isRagged = true
    let dataset = try table(
      "y,a0,b0,a1,b1,a2,b2\n0,1,10,3,30\n1,5,20\n", options, kind: .classes)
    let fitted = try Preprocessing(fitting: [.minMax], to: dataset, features: 2)
    #expect(fitted.shift == [1, 10] && fitted.scale == [1.0 / 4, 1.0 / 20])
    let rows = try read(PreprocessedDataset(dataset, fitted)).inputs
    #expect(rows.map { $0.isNaN ? -9 : $0 } == [0, 0, 0.5, 1, -9, -9, 1, 0.5, -9, -9, -9, -9])
    // Where nobody tells the features, a column that no sequence reaches has the map that changes nothing.
    let (alone, _) = try apply([.standardize], dataset)
    #expect(Array(alone.shift[4...]) == [0, 0] && Array(alone.scale[4...]) == [1, 1])
    #expect(alone.rescaling.shift.allSatisfy { $0.isFinite })
  }

  @Test func channelsOfImagesAreStandardizedEach() throws {
    let dataset = try CIFARReader.read(paths: [sharedData("cifar-10/jpeg-test-5000.bin.gz")])
    let fitted = try Preprocessing(fitting: [.divide(255), .standardize], to: dataset)
    // numpy 2.4: mean and std over samples and pixels.
    let means = [126.90085703, 124.55092773, 115.76219063]
    let deviations = [62.40993124, 61.65883495, 66.51718881]
    #expect(fitted.shift.count == 3 && fitted.outputShape == [3, 32, 32])
    for channel in 0..<3 {
      #expect(abs(fitted.shift[channel] - means[channel]) < 1e-6)
      #expect(abs(fitted.scale[channel] * deviations[channel] - 1) < 1e-7)
    }
    let prepared = try PreprocessedDataset(dataset, fitted)
    let (raw, row) = (try read(dataset, [17]).inputs, try read(prepared, [17]).inputs)
    for k in [0, 1023, 1024, 2047, 2048, 3071] {
      let expected = (Double(raw[k]) - means[k / 1024]) / deviations[k / 1024]
      #expect(abs(Double(row[k]) - expected) < 1e-5)
    }
  }

  @Test func stepsApplyInOrder() throws {
    let dataset = try table("1,10,0\n2,30,0\n5,20,0\n")
    let cases: [([PreprocessingStep], [Float])] = [
      ([], [1, 10, 2, 30, 5, 20]),
      ([.divide(10)], [0.1, 1, 0.2, 3, 0.5, 2]),
      ([.minMax], [0, 0, 0.25, 1, 1, 0.5]),
      ([.divide(10), .minMax], [0, 0, 0.25, 1, 1, 0.5]),
      ([.minMax, .divide(2)], [0, 0, 0.125, 0.5, 0.5, 0.25]),
      ([.divide(-1), .minMax], [1, 1, 0.75, 0, 0, 0.5]),
      ([.standardize, .minMax], [0, 0, 0.25, 1, 1, 0.5]),
      ([.minMax, .divide(0.5), .divide(2)], [0, 0, 0.25, 1, 1, 0.5]),
    ]
    for (steps, expected) in cases {
      let found = try read(apply(steps, dataset).1).inputs
      for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-6, "\(steps): \(found)") }
    }
    let scaled = try read(apply([.divide(7), .standardize], dataset).1).inputs
    let plain = try read(apply([.standardize], dataset).1).inputs
    for (a, b) in zip(scaled, plain) { #expect(abs(a - b) < 1e-6) }
  }

  @Test func constantFeaturesAreCentredNotDivided() throws {
    let dataset = try table("0.1,1,0\n0.1,2,0\n0.1,3,0\n")
    for steps in [[PreprocessingStep.standardize], [.minMax]] {
      let (fitted, prepared) = try apply(steps, dataset)
      #expect(fitted.scale[0] == 1)
      #expect(try read(prepared).inputs[0] == 0)
    }
  }

  @Test func aLargeMeanDoesNotCancelTheSpread() throws {
    let dataset = try table("1000001,0\n1000002,0\n1000003,0\n")
    let found = try read(apply([.standardize], dataset).1).inputs
    let root = Float(1.5).squareRoot()
    for (a, b) in zip(found, [-root, 0, root]) { #expect(abs(a - b) < 1e-6) }
  }

  @Test func bytesAndFloatsAreRescaledAlikeInOnePass() throws {
    let digits = try DigitsDataset.load()
    let (fitted, prepared) = try apply([.divide(16), .standardize], digits)
    let order = [5, 1700, 5, 0]
    let raw = try read(digits, order).inputs
    let (shift, scale) = (Float(fitted.shift[0]), Float(fitted.scale[0]))
    #expect(try read(prepared, order).inputs == raw.map { ($0 - shift) * scale })
    // The same through a subset of the prepared data, and a prepared subset.
    let subset = Subset(prepared, order)
    #expect(try read(subset) == read(prepared, order))
    let inner = try PreprocessedDataset(Subset(digits, order), fitted)
    #expect(try read(inner) == read(prepared, order))
    // Preprocessing what is already preprocessed applies both maps.
    let twice = try PreprocessedDataset(prepared, fitted)
    let expected = try read(prepared, [5]).inputs.map { ($0 - shift) * scale }
    #expect(try read(twice, [5]).inputs == expected)
  }

  @Test func oneHotGroupsAreThoseOfTheTrainingPart() throws {
    let options = CSVOptions(categorical: .automatic)
    let dataset = try table("b,2,x\na,4,y\nb,6,x\nc,8,y\n", options)
    let train = Subset(dataset, [0, 1, 2])
    let fitted = try Preprocessing(fitting: [.oneHot, .minMax], to: train)
    #expect(fitted.outputShape == [3])
    let prepared = try PreprocessedDataset(dataset, fitted)
    #expect(prepared.inputShape == [3])
    // The category c is not in the training part and has no place; 8 lies beyond its range.
    let all = try read(prepared)
    #expect(all.inputs == [0, 1, 0, 1, 0, 0.5, 0, 1, 1, 0, 0, 1.5])
    #expect(all.targets == [0, 1, 0, 1])
    expectFailure(.badRequest, "add one_hot") { _ = try Preprocessing(fitting: [], to: dataset) }
    let numbers = try table("1,2\n3,4\n")
    expectFailure(.badRequest, "no input column") {
      _ = try Preprocessing(fitting: [.oneHot], to: numbers)
    }
  }

  @Test func gapsAreFilledWithTheTrainingMean() throws {
    let dataset = try table("1,5,0\n?,7,0\n4,?,0\n100,?,0\n", CSVOptions(missing: .mean))
    let train = Subset(dataset, [0, 1, 2])
    let fitted = try Preprocessing(fitting: [], to: train)
    let all = try read(PreprocessedDataset(dataset, fitted)).inputs
    #expect(all == [1, 5, 2.5, 7, 4, 6, 100, 6])
    let scaled = try Preprocessing(fitting: [.minMax], to: train)
    #expect(try read(PreprocessedDataset(dataset, scaled), [1]).inputs == [0.5, 1])
    expectFailure(.badContent, "column 1", "no value") {
      _ = try Preprocessing(fitting: [], to: Subset(dataset, [2, 3]))
    }
    let cancer = try CSVReader.read(
      path: sharedData("csv/breast-cancer-wisconsin.csv"), options: CSVOptions(missing: .mean),
      kind: .classes)
    let filled = try Preprocessing(fitting: [], to: cancer)
    // Python: the mean of the 683 values of column 5.
    #expect(abs((filled.columns?[5].fill ?? 0) - 3.5446559297218156) < 1e-12)
    #expect(try read(PreprocessedDataset(cancer, filled)).inputs.allSatisfy { $0.isFinite })
  }

  @Test func whatIsFittedSurvivesJSON() throws {
    let options = CSVOptions(missing: .mean, categorical: .automatic)
    let dataset = try table("b,0.1,x\na,?,y\nb,0.3,x\n", options)
    let fitted = try Preprocessing(
      fitting: [.oneHot, .divide(3), .standardize, .minMax], to: dataset)
    let text = try JSONEncoder().encode(fitted)
    let back = try JSONDecoder().decode(Preprocessing.self, from: text)
    #expect(back == fitted)
    let json = String(decoding: text, as: UTF8.self)
    #expect(json.contains("[\"one_hot\",{\"divide\":3},\"standardize\",\"min_max\"]"), "\(json)")
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(PreprocessingStep.self, from: Data("\"whiten\"".utf8))
    }
    let schema = try JSONDecoder().decode(
      DataSchema.self, from: JSONEncoder().encode(dataset.schema))
    #expect(schema == dataset.schema)
  }

  @Test func otherShapesAndDivisorsAreRefused() throws {
    let fitted = try Preprocessing(fitting: [.standardize], to: DigitsDataset.load())
    expectFailure(.badRequest, "shape 1", "1×8×8") {
      _ = try PreprocessedDataset(table("1,2\n"), fitted)
    }
    for divisor in [0, Double.nan, .infinity] {
      expectFailure(.badRequest, "divided by") {
        _ = try Preprocessing(fitting: [.divide(divisor)], to: DigitsDataset.load())
      }
    }
  }
}
