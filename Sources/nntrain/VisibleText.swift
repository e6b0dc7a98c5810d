/// Text as a terminal and a log show it: every character that would move the cursor, begin a line or
/// an escape sequence, or change the direction of what follows is written as an escape, so that names
/// from files, paths and metadata cannot forge a message.
///
/// Whatever a command writes for people passes through here: ``Output/error(_:)``,
/// ``Output/note(_:)``, ``Output/lines(_:)`` and ``RunLog``. Titles of pictures have the same
/// characters replaced in `GnuplotScript`.
enum VisibleText {
  /// `text` on one line, such as `a\\nb` and `\\u{1b}[31m`.
  static func line(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isHidden) else { return text }
    var line = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": line += "\\n"
      case "\r": line += "\\r"
      case "\t": line += "\\t"
      case _ where isHidden(scalar): line += "\\u{\(String(scalar.value, radix: 16))}"
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }

  /// `text` of several lines, each as ``line(_:)`` has it.
  static func lines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line(String($0)) }
      .joined(separator: "\n")
  }

  /// Whether a character is a control character, ends a line, or sets the direction of writing.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
