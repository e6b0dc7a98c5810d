import COneDNN

/// A logical shape together with the order in which its elements lie in memory.
public struct MemoryDescriptor: Equatable, @unchecked Sendable {
  /// The owner of oneDNN's descriptor. Sendable by promise: it is never changed after it was made.
  private final class Handle {
    let raw: OpaquePointer

    init(_ raw: OpaquePointer) { self.raw = raw }

    deinit { nn_dnnl_layout_destroy(raw) }
  }

  private let handle: Handle

  /// oneDNN's descriptor, valid as long as this one is held.
  var raw: OpaquePointer { handle.raw }

  /// The descriptor that a call of oneDNN makes; errors are reported under `name`.
  init(
    _ name: String, _ make: (UnsafeMutablePointer<OpaquePointer?>) -> dnnl_status_t
  ) throws(OneDNNError) {
    var made: OpaquePointer?
    try check(make(&made), name)
    guard let made else { throw OneDNNError(invalid: name) }
    handle = Handle(made)
  }

  /// A row-major ("plain") tensor of up to 6 dimensions.
  public init(
    plain dimensions: [Int], of type: ElementType = .float32
  ) throws(OneDNNError) {
    let tags = [dnnl_a, dnnl_ab, dnnl_abc, dnnl_abcd, dnnl_abcde, dnnl_abcdef]
    guard (1...6).contains(dimensions.count) else {
      throw OneDNNError(operation: "a descriptor of \(dimensions)", status: 2)
    }
    try self.init(dimensions, tags[dimensions.count - 1], type)
  }

  /// A tensor whose layout the primitive may choose.
  public init(any dimensions: [Int], of type: ElementType = .float32) throws(OneDNNError) {
    try self.init(dimensions, dnnl_format_tag_any, type)
  }

  /// A matrix that lies column by column: the transpose of the plain order.
  public init(transposed dimensions: [Int]) throws(OneDNNError) {
    precondition(dimensions.count == 2, "\(dimensions) is no matrix")
    try self.init(dimensions, dnnl_ba)
  }

  /// Images `[rows, channels, height, width]` in blocks of 8 or 16 channels, or of 1: the plain order.
  /// Within a row lie block after block, within a block position after position.
  public init(images dimensions: [Int], channelBlock: Int) throws(OneDNNError) {
    precondition(dimensions.count == 4, "\(dimensions) are no images")
    switch channelBlock {
    case 1: try self.init(dimensions, dnnl_nchw)
    case 8: try self.init(dimensions, dnnl_nChw8c)
    case 16: try self.init(dimensions, dnnl_nChw16c)
    default: throw OneDNNError(invalid: "blocks of \(channelBlock) channels")
    }
  }

  /// Images of one pixel whose channels lie side by side: the order of a plain matrix
  /// `[rows, channels]` as normalizations like it.
  public init(pixels rows: Int, channels: Int) throws(OneDNNError) {
    try self.init([rows, channels, 1, 1], dnnl_nhwc)
  }

  /// The channels of a block where these are images in blocks of channels or in plain order.
  public var channelBlock: Int? {
    let dimensions = dimensions
    guard dimensions.count == 4 else { return nil }
    return [1, 8, 16].first { block in
      (try? MemoryDescriptor(images: dimensions, channelBlock: block)) == self
    }
  }

  /// A matrix whose neighbours lie `strides` floats apart, down its rows and along its columns.
  public init(
    matrix dimensions: [Int], strides: [Int], of type: ElementType = .float32
  ) throws(OneDNNError) {
    precondition(dimensions.count == 2 && strides.count == 2, "\(dimensions) is no matrix")
    let (extents, steps) = (dimensions.map(Int64.init), strides.map(Int64.init))
    try self.init("a memory descriptor of \(dimensions) by strides") {
      nn_dnnl_layout_by_strides($0, 2, extents, type.raw, steps)
    }
  }

  /// A matrix in panels of 16 rows: panel after panel, within it column after column. The last panel
  /// is filled up with padding.
  public init(panels dimensions: [Int], rows: Int) throws(OneDNNError) {
    precondition(dimensions.count == 2, "\(dimensions) is no matrix")
    precondition(rows == 16, "panels have 16 rows, not \(rows)")
    // oneDNN has no name for this order of a matrix, but one for that of a tensor of three axes.
    let tensor = try MemoryDescriptor(dimensions + [1], dnnl_Abc16a)
    let extents = dimensions.map(Int64.init)
    try self.init("a memory descriptor of \(dimensions) in panels") { made in
      withExtendedLifetime(tensor) { nn_dnnl_layout_reshaped(made, tensor.raw, 2, extents) }
    }
  }

  private init(
    _ dimensions: [Int], _ tag: dnnl_format_tag_t, _ type: ElementType = .float32
  ) throws(OneDNNError) {
    let extents = dimensions.map(Int64.init)
    try self.init("a memory descriptor of \(dimensions)") {
      nn_dnnl_layout_by_tag($0, Int32(extents.count), extents, type.raw, tag)
    }
  }

  /// The logical extents.
  public var dimensions: [Int] {
    withExtendedLifetime(handle) {
      (0..<nn_dnnl_layout_rank(raw)).map { Int(nn_dnnl_layout_extent(raw, $0)) }
    }
  }

  /// The number of floats of memory that the layout takes, padding included.
  public var storedCount: Int {
    withExtendedLifetime(handle) { (nn_dnnl_layout_bytes(raw) + 3) / 4 }
  }

  /// The same elements in row-major order.
  public func plain() throws(OneDNNError) -> MemoryDescriptor {
    try MemoryDescriptor(plain: dimensions)
  }

  /// Whether the elements lie in row-major order without padding.
  public var isPlain: Bool { (try? plain()) == self }

  /// Whether layout and shape are the same.
  public static func == (a: MemoryDescriptor, b: MemoryDescriptor) -> Bool {
    withExtendedLifetime((a, b)) { nn_dnnl_layout_equal(a.raw, b.raw) != 0 }
  }
}
