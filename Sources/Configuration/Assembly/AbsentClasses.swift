import Datasets

/// Classes of which a part of the data has no sample: what cannot be learnt there, or measured.
enum AbsentClasses {
  /// A note for each part that lacks classes.
  static func notes(
    training: any GatheringDataset, validation: (any GatheringDataset)?,
    test: (any GatheringDataset)?
  ) -> [String] {
    let parts: [(String, (any GatheringDataset)?)] = [
      ("training", training), ("validation", validation), ("test", test),
    ]
    return parts.compactMap { name, part in
      guard let part, let names = part.targets.classNames else { return nil }
      let counts = counts(in: part)
      let absent = names.indices.filter { counts[$0] == 0 }.map { names[$0] }
      guard !absent.isEmpty else { return nil }
      let more = absent.count > 8 ? " and \(absent.count - 8) more" : ""
      return "no sample of the \(name) set is of the class\(absent.count == 1 ? "" : "es") "
        + absent.prefix(8).joined(separator: ", ") + more
    }
  }

  /// How many of the first classes have no sample in any of `parts`, which have the same classes.
  static func leading(of parts: [any GatheringDataset]) -> Int {
    guard let names = parts.first?.targets.classNames else { return 0 }
    var first = names.count
    for part in parts where part.targets.classNames != nil {
      first = min(first, counts(in: part).firstIndex { $0 > 0 } ?? names.count)
    }
    return first == names.count ? 0 : first
  }

  private static func counts(in part: any GatheringDataset) -> [Int] {
    var counts = [Int](repeating: 0, count: part.targets.classNames?.count ?? 0)
    for sample in 0..<part.count { counts[part.classIndex(of: sample)] += 1 }
    return counts
  }
}
