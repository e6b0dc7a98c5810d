import COneDNN

/// A logical shape together with the order in which its elements lie in memory.
public struct MemoryDescriptor: Equatable, @unchecked Sendable {
  // Sendable by promise: the C struct is plain data that is never changed after it was made.
  var raw: dnnl_memory_desc_t

  init(raw: dnnl_memory_desc_t) { self.raw = raw }

  /// A row-major ("plain") tensor of up to 6 dimensions.
  public init(plain dimensions: [Int]) throws(OneDNNError) {
    let tags = [dnnl_a, dnnl_ab, dnnl_abc, dnnl_abcd, dnnl_abcde, dnnl_abcdef]
    guard (1...6).contains(dimensions.count) else {
      throw OneDNNError(operation: "a descriptor of \(dimensions)", status: 2)
    }
    try self.init(dimensions, tags[dimensions.count - 1])
  }

  /// A tensor whose layout the primitive may choose.
  public init(any dimensions: [Int]) throws(OneDNNError) {
    try self.init(dimensions, dnnl_format_tag_any)
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
  public init(matrix dimensions: [Int], strides: [Int]) throws(OneDNNError) {
    precondition(dimensions.count == 2 && strides.count == 2, "\(dimensions) is no matrix")
    raw = dnnl_memory_desc_t()
    let (extents, steps) = (dimensions.map(Int64.init), strides.map(Int64.init))
    let status = extents.withUnsafeBufferPointer { extents in
      steps.withUnsafeBufferPointer {
        dnnl_memory_desc_init_by_strides(
          &raw, 2, extents.baseAddress, dnnl_f32, $0.baseAddress)
      }
    }
    try check(status, "dnnl_memory_desc_init_by_strides")
  }

  /// A matrix in panels of so many rows: panel after panel, within it column after column. The last
  /// panel is filled up with padding.
  public init(panels dimensions: [Int], rows: Int) throws(OneDNNError) {
    precondition(dimensions.count == 2 && rows > 0, "\(dimensions) is no matrix")
    try self.init(dimensions, dnnl_ab)
    // The library knows this order but has no name for it.
    raw.padded_dims.0 = Int64((dimensions[0] + rows - 1) / rows * rows)
    raw.format_desc.blocking.strides.0 = Int64(dimensions[1] * rows)
    raw.format_desc.blocking.strides.1 = Int64(rows)
    raw.format_desc.blocking.inner_nblks = 1
    raw.format_desc.blocking.inner_blks.0 = Int64(rows)
    raw.format_desc.blocking.inner_idxs.0 = 0
  }

  private init(_ dimensions: [Int], _ tag: dnnl_format_tag_t) throws(OneDNNError) {
    raw = dnnl_memory_desc_t()
    let extents = dimensions.map(Int64.init)
    let status = extents.withUnsafeBufferPointer {
      dnnl_memory_desc_init_by_tag(
        &raw, Int32(dimensions.count), $0.baseAddress, dnnl_f32, tag)
    }
    try check(status, "dnnl_memory_desc_init_by_tag")
  }

  /// The logical extents.
  public var dimensions: [Int] {
    withUnsafeBytes(of: raw.dims) { bytes in
      (0..<Int(raw.ndims)).map { Int(bytes.load(fromByteOffset: $0 * 8, as: Int64.self)) }
    }
  }

  /// The number of floats of memory that the layout takes, padding included.
  public var storedCount: Int {
    withUnsafePointer(to: raw) { (dnnl_memory_desc_get_size($0) + 3) / 4 }
  }

  /// The same elements in row-major order.
  public func plain() throws(OneDNNError) -> MemoryDescriptor {
    try MemoryDescriptor(plain: dimensions)
  }

  /// Whether the elements lie in row-major order without padding.
  public var isPlain: Bool { (try? plain()) == self }

  /// Whether layout and shape are the same.
  public static func == (a: MemoryDescriptor, b: MemoryDescriptor) -> Bool {
    withUnsafePointer(to: a.raw) { a in
      withUnsafePointer(to: b.raw) { b in dnnl_memory_desc_equal(a, b) != 0 }
    }
  }
}
