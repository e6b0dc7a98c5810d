#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The text of an HTML page, into which foreign text gets only escaped.
struct HTML: ExpressibleByStringInterpolation {
  /// The markup.
  private(set) var markup: String

  /// Markup as it stands in the source.
  init(stringLiteral markup: String) { self.markup = markup }

  /// Markup whose interpolated texts are escaped.
  init(stringInterpolation: Interpolation) { markup = stringInterpolation.markup }

  /// The parts one after the other.
  init(_ parts: [HTML]) { markup = parts.map(\.markup).joined() }

  /// What joins markup of the source and texts from elsewhere.
  struct Interpolation: StringInterpolationProtocol {
    fileprivate var markup = ""
    init(literalCapacity: Int, interpolationCount: Int) {}
    mutating func appendLiteral(_ literal: String) { markup += literal }
    mutating func appendInterpolation(_ text: String) { markup += HTML.escaped(text) }
    mutating func appendInterpolation(_ number: Int) { markup += "\(number)" }
    mutating func appendInterpolation(_ html: HTML) { markup += html.markup }
    mutating func appendInterpolation(_ parts: [HTML]) { markup += HTML(parts).markup }
  }

  /// `text` such that a browser shows it and reads no markup in it, within attributes too.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in VisibleText.lines(text).unicodeScalars {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }

  /// A picture within the page.
  static func image(_ bytes: [UInt8], type: String, alternative: String, style: String) -> HTML {
    let data = Data(bytes).base64EncodedString()
    return
      "<img class=\"\(style)\" src=\"data:image/\(type);base64,\(data)\" alt=\"\(alternative)\">"
  }

  /// A table with a line of heads; columns in `numbers` are aligned to the right.
  static func table(_ heads: [String], _ rows: [[String]], numbers: Set<Int> = []) -> HTML {
    func cell(_ column: Int, _ text: String, _ name: HTML) -> HTML {
      numbers.contains(column)
        ? "<\(name) class=\"n\">\(text)</\(name)>" : "<\(name)>\(text)</\(name)>"
    }
    let head: HTML = HTML(heads.enumerated().map { cell($0, $1, "th") })
    let lines: [HTML] = rows.map { row in
      "<tr>\(row.enumerated().map { cell($0, $1, "td") })</tr>\n"
    }
    return
      "<div class=\"wide\"><table><thead><tr>\(head)</tr></thead><tbody>\n\(lines)</tbody></table></div>\n"
  }

  /// A part of the page under a title; nothing where it has no content.
  static func section(_ title: String, _ content: HTML) -> HTML {
    content.markup.isEmpty ? "" : "<section><h2>\(title)</h2>\n\(content)</section>\n"
  }

  /// The whole page: no script, and nothing that is loaded from elsewhere.
  static func page(title: String, _ content: HTML) -> HTML {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
    <title>\(title)</title>
    <style>
    \(HTML(stringLiteral: style))
    </style>
    </head>
    <body>
    <main>
    <h1>\(title)</h1>
    \(content)</main>
    </body>
    </html>

    """
  }

  private static let style = """
    :root { color-scheme: light dark; --text: #1b1f24; --muted: #57606a; --page: #ffffff;
      --line: #d0d7de; --soft: #f3f5f7; }
    @media (prefers-color-scheme: dark) {
      :root { --text: #e6edf3; --muted: #9aa4af; --page: #0f1419; --line: #333b45; --soft: #1a2129; }
      img.chart { filter: invert(0.92) hue-rotate(180deg); }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--page); color: var(--text);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
    main { max-width: 1080px; margin: 0 auto; padding: 16px; }
    h1 { font-size: 1.6rem; margin: 8px 0; overflow-wrap: anywhere; }
    h2 { font-size: 1.15rem; margin: 28px 0 8px; border-bottom: 1px solid var(--line); }
    h3 { font-size: 1rem; margin: 16px 0 4px; overflow-wrap: anywhere; }
    p { margin: 6px 0; overflow-wrap: anywhere; }
    .muted { color: var(--muted); }
    .wide { overflow-x: auto; }
    table { border-collapse: collapse; margin: 6px 0; font-variant-numeric: tabular-nums; }
    th, td { padding: 3px 10px; text-align: left; border-bottom: 1px solid var(--line);
      max-width: 28rem; overflow-wrap: anywhere; }
    th { background: var(--soft); font-weight: 600; }
    th.n, td.n { text-align: right; white-space: nowrap; overflow-wrap: normal; }
    pre { background: var(--soft); padding: 10px; overflow-x: auto; font-size: 0.85rem; }
    img.chart { width: 100%; min-width: 640px; max-width: 1040px; height: auto; }
    img.sample { width: 72px; height: auto; image-rendering: pixelated; display: block; }
    .samples { display: flex; flex-wrap: wrap; gap: 12px; }
    figure { margin: 0; width: 104px; font-size: 0.8rem; overflow-wrap: anywhere; }
    td.cell { text-align: right; min-width: 2.4rem; }
    """
}
