import OneDNN
import Tensors

/// The copies of parameters that products of reduced precision read, shared by all plans of a network.
///
/// A copy is made by the first layer that reads it after parameters may have changed.
public final class RoundedParameters {
  /// Whether the parameters stay as they are until this is set again. Otherwise every forward pass
  /// copies them.
  public var areFixed = false {
    didSet { version += 1 }
  }
  fileprivate var version = 0
  private var copies: [RoundedParameter] = []

  /// No copies yet.
  public init() {}

  /// The floats of all copies.
  public var count: Int { copies.reduce(0) { $0 + $1.count } }

  /// A forward pass begins.
  public func beginPass() {
    if !areFixed { version += 1 }
  }

  /// The copy of parameter `index` of `site` in the layout `layout`.
  func copy(
    of index: Int, as layout: MemoryDescriptor, form: OperandForm, site: LayerSite
  ) throws(OneDNNError) -> RoundedParameter {
    let offset = site.parameterOffsets[index]
    let known = copies.first {
      $0.offset == offset && $0.memory.descriptor == layout && $0.form == form
    }
    if let known { return known }
    let made = try RoundedParameter(
      self, of: site.parameterLayouts[index], as: layout, form: form, site: site, offset: offset)
    copies.append(made)
    return made
  }
}

/// A parameter's copy as products of reduced precision read it.
final class RoundedParameter {
  let offset: Int
  let form: OperandForm
  /// The copy.
  var memory: Memory { copy.memory }
  /// The floats of memory that it takes.
  var count: Int { copy.count }
  /// Where it lies, once bound.
  var place: UnsafeMutablePointer<Float>? { storage?.base }

  private unowned let owner: RoundedParameters
  private let copy: OperandCopy
  private let home: UnsafeMutablePointer<Float>
  private let stream: Stream
  private var storage: FloatStorage?
  private var version = -1

  fileprivate init(
    _ owner: RoundedParameters, of original: MemoryDescriptor, as layout: MemoryDescriptor,
    form: OperandForm, site: LayerSite, offset: Int
  ) throws(OneDNNError) {
    (self.owner, self.offset, self.form, stream) = (owner, offset, form, site.stream)
    home = site.weights + offset
    copy = try OperandCopy(of: original, as: layout, form: form, engine: site.engine)
  }

  /// Allocates the copy.
  func bind() {
    guard storage == nil else { return }
    let storage = FloatStorage(count: count)
    self.storage = storage
    copy.bind(storage.base)
  }

  /// Copies the parameter where it may have changed since the last time.
  func refresh() {
    guard version != owner.version else { return }
    version = owner.version
    copy.run(home, stream)
  }
}
