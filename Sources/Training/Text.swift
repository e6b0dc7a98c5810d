/// Numbers as people read them.
public enum Text {
  /// A number with four significant digits or decimals.
  public static func number(_ value: Double) -> String {
    guard value.isFinite else { return notFinite(value) }
    let size = value.magnitude
    if size != 0, size < 0.0001 || size >= 1e7 { return scientific(value) }
    return fixed(value, size >= 1000 ? 1 : size >= 100 ? 2 : size >= 10 ? 3 : 4)
  }

  /// A number with `digits` decimals.
  public static func fixed(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (value.magnitude * scale).rounded()
    guard scaled < 9e15 else { return notFinite(value) }
    let whole = Int(scaled / scale)
    let rest = Int(scaled) - whole * Int(scale)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let decimals = String(rest)
    return "\(sign)\(whole)." + String(repeating: "0", count: digits - decimals.count) + decimals
  }

  /// The word for a value that is not finite; a NaN has no sign, whatever its bits are.
  private static func notFinite(_ value: Double) -> String { value.isNaN ? "nan" : "\(value)" }

  /// A share as a percentage.
  public static func percent(_ share: Double) -> String { fixed(share * 100, 2) + " %" }

  /// A rate without decimals, thousands apart.
  public static func rate(_ value: Double) -> String {
    guard value.isFinite, value < 1e15 else { return notFinite(value) }
    return grouped(Int(value.rounded()))
  }

  /// How many there are of what `noun` names in the singular: "1 shard", "8 shards".
  public static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// A whole number, thousands apart.
  public static func grouped(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (value < 0 ? "-" : "") + text
  }

  /// A length of time: `3.2 s`, `4 min 10 s`, `2 h 5 min`.
  public static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "\(seconds) s" }
    if seconds < 100 { return fixed(seconds, 1) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  /// Bytes in the largest binary unit that keeps them above 1.
  public static func bytes(_ count: Int) -> String { bytes(Double(count)) }

  /// The same for a computed size, which may be beyond 64 bits.
  public static func bytes(_ count: Double) -> String {
    var value = count
    for unit in ["B", "KiB", "MiB", "GiB"] {
      if value < 1024 { return (unit == "B" ? "\(Int(value))" : fixed(value, 1)) + " " + unit }
      value /= 1024
    }
    return value < 0x1p20 ? fixed(value, 1) + " TiB" : "more than 2^60 B"
  }

  /// The objective and the metrics in one phrase.
  public static func figures(_ figures: Figures) -> String {
    (["objective \(number(figures.objective))"]
      + (figures.penalty.flatMap { $0 == 0 ? nil : ["penalty \(number($0))"] } ?? [])
      + figures.metrics.map { "\($0.name) \(metric($0.name, $0.value))" }).joined(separator: " ")
  }

  /// That the objective had to clip `count` numbers of a part.
  public static func clipped(_ count: Int, part: String) -> String {
    "the objective is not defined for \(grouped(count)) numbers of the \(part) part and clipped them"
  }

  /// A table of counts, a line per class; `classes` name them where there are as many.
  public static func table(_ rows: [[Int]], classes: [String]?) -> [String] {
    let names =
      classes.flatMap { $0.count == rows.count ? $0 : nil } ?? rows.indices.map(String.init)
    let cells = rows.map { $0.map(grouped) }
    let widths = rows.indices.map { column in
      (cells.map { $0[column].count } + [names[column].count]).max() ?? 0
    }
    let margin = (names + ["true"]).map(\.count).max() ?? 0
    func line(_ head: String, _ texts: [String]) -> String {
      head + String(repeating: " ", count: margin - head.count)
        + zip(texts, widths).map { "  " + padded($0, $1) }.joined()
    }
    return [line("true", names)] + zip(names, cells).map { line($0, $1) }
  }

  /// A metric: shares as percentages; `undefined` where the samples give it no value.
  public static func metric(_ name: String, _ value: Double) -> String {
    if value.isNaN { return "undefined" }
    return name.hasSuffix("accuracy") ? percent(value) : number(value)
  }

  /// By how much a metric differs, with its sign: shares in points, `+1.05 points`.
  public static func difference(_ name: String, _ value: Double) -> String {
    let size =
      name.hasSuffix("accuracy")
      ? fixed(value.magnitude * 100, 2) + " points" : number(value.magnitude)
    return (value < 0 ? "−" : "+") + size
  }

  /// `text` with spaces before it.
  public static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private static func scientific(_ value: Double) -> String {
    var exponent = 0
    var mantissa = value.magnitude
    while mantissa >= 10 {
      mantissa /= 10
      exponent += 1
    }
    while mantissa < 1 {
      mantissa *= 10
      exponent -= 1
    }
    return (value < 0 ? "-" : "") + fixed(mantissa, 3) + "e\(exponent)"
  }
}
