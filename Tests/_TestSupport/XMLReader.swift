import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Whether bytes are well-formed XML, and the names of the elements within.
public final class XMLReader: NSObject, XMLParserDelegate {
  /// Whether the whole document was read without an error.
  public private(set) var isWellFormed = false
  /// The names of all elements, in their order.
  public private(set) var elements: [String] = []

  /// The name of the first element.
  public var root: String? { elements.first }

  /// Reads `bytes`.
  public init(_ bytes: [UInt8]) {
    super.init()
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  /// Keeps the name of an element.
  public func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements.append(name)
  }
}
