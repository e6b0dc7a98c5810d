extension DataSourceSpec {
  /// The format of the file at `path` by its suffix, `.gz` aside; nil where it does not tell.
  public static func format(ofPath path: String) -> FormatName? {
    var name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
    if name.hasSuffix(".gz") { name.removeLast(3) }
    for format in [FormatName.csv, .npy, .npz, .idx] where name.hasSuffix(".\(format)") {
      return format
    }
    if name.hasSuffix("-ubyte") || name.contains(".idx") || name.contains("-idx") { return .idx }
    if name.hasSuffix(".bin") { return .cifar10 }
    if name.hasSuffix(".txt") { return .text }
    return nil
  }

  /// What the source is called in messages: its main file, or what it is.
  public var name: String {
    switch format {
    case .idx(let inputs, _), .npy(let inputs, _): inputs
    case .csv(let path, _), .text(let path, _): path
    case .npz(let path, let inputs, _): "\(path)[\(inputs)]"
    case .cifar10(let paths): paths.joined(separator: ", ")
    case .digits: "digits"
    case .synthetic: "synthetic data"
    }
  }
}
