import Layers
import Models
import Tensors

extension Registry {
  /// The layers over images and sequences beside the two-dimensional convolution.
  static let furtherConvolutions: [Method<LayerSpec>] = [
    method(
      ["conv1d"], "One-dimensional convolution of a sequence [channels, length].",
      Convolution1D(bare),
      [
        Field(
          "filters", \.body.convolution.filters, .integer(atLeast: 1, atMost: Bound.extent),
          required: true,
          "The number of output channels."),
        Field(
          "kernel", \.body.convolution.kernel.width, .integer(atLeast: 1, atMost: Bound.window),
          required: true,
          "The length of the kernel."),
        Field(
          "stride", \.body.convolution.stride.width, .integer(atLeast: 1, atMost: Bound.window),
          "The step of the kernel."
        ),
        Field("padding", \.body.convolution.padding, .linePadding, linePaddingDoc),
        Field(
          "dilation", \.body.convolution.dilation.width, .integer(atLeast: 1, atMost: Bound.window),
          "The distance between the kernel's taps."),
        Field(
          "groups", \.body.convolution.groups, .integer(atLeast: 1, atMost: Bound.extent),
          "Into how many independent groups the channels are cut."),
        Field(
          "activation", \.body.convolution.activation, activations.codec,
          "The function after the sum."),
        Field(
          "use_bias", \.body.convolution.usesBias, .truth, "Whether a bias per channel is added."),
        Field(
          "initializer", \.body.convolution.initializer, initializers.codec,
          "How the kernel is drawn."),
        Field(
          "bias_initializer", \.body.convolution.biasInitializer, initializers.codec,
          "How the bias is drawn."),
        Field("l1", \.body.convolution.l1, penalty, l1Doc),
        Field("l2", \.body.convolution.l2, penalty, l2Doc),
        rateMultiplier(),
      ]),
    method(
      ["depthwise_conv2d"], "Two-dimensional convolution of every channel by kernels of its own.",
      DepthwiseConvolution2D(bare),
      [
        Field(
          "kernel", \.body.convolution.kernel, .extent, required: true,
          "The extent of the kernel."),
        Field(
          "depth_multiplier", \.body.multiplier, .integer(atLeast: 1, atMost: Bound.window),
          "The kernels of a channel."),
        Field("stride", \.body.convolution.stride, .extent, "The step of the kernel."),
        Field("padding", \.body.convolution.padding, .padding, paddingDoc),
        Field(
          "dilation", \.body.convolution.dilation, .extent,
          "The distance between the kernel's taps."),
        Field(
          "activation", \.body.convolution.activation, activations.codec,
          "The function after the sum."),
        Field(
          "use_bias", \.body.convolution.usesBias, .truth, "Whether a bias per channel is added."),
        Field(
          "initializer", \.body.convolution.initializer, initializers.codec,
          "How the kernel is drawn."),
        Field(
          "bias_initializer", \.body.convolution.biasInitializer, initializers.codec,
          "How the bias is drawn."),
        Field("l1", \.body.convolution.l1, penalty, l1Doc),
        Field("l2", \.body.convolution.l2, penalty, l2Doc),
        rateMultiplier(),
      ]),
    method(
      ["conv2d_transpose"], "Transposed two-dimensional convolution, which makes images larger.",
      TransposedConvolution2D(
        filters: 0, kernel: Extent2D(1, 1), initializer: GlorotUniform(), biasInitializer: Zeros()),
      [
        Field(
          "filters", \.body.filters, .integer(atLeast: 1, atMost: Bound.extent), required: true,
          "The number of output channels."),
        Field("kernel", \.body.kernel, .extent, required: true, "The extent of the kernel."),
        Field(
          "stride", \.body.stride, .extent, "The step between the places of the kernel."),
        Field(
          "padding", \.body.padding, .padding,
          "What is cut off around the result: nothing (`valid`), as much as makes it stride·size "
            + "(`same`), or so many."),
        Field("dilation", \.body.dilation, .extent, "The distance between the kernel's taps."),
        Field("activation", \.body.activation, activations.codec, "The function after the sum."),
        Field("use_bias", \.body.usesBias, .truth, "Whether a bias per channel is added."),
        Field("initializer", \.body.initializer, initializers.codec, "How the kernel is drawn."),
        Field(
          "bias_initializer", \.body.biasInitializer, initializers.codec, "How the bias is drawn."),
        Field("l1", \.body.l1, penalty, l1Doc),
        Field("l2", \.body.l2, penalty, l2Doc),
        rateMultiplier(),
      ]),
    linePooling(["max_pool1d", "max_pooling1d"], .max, "The largest element of each window."),
    linePooling(
      ["average_pool1d", "average_pooling1d"], .average,
      "The mean of each window of a sequence; padding does not count."),
    method(
      ["global_average_pool1d", "global_average_pooling1d"],
      "The mean of each channel over the whole sequence.", GlobalAveragePooling1D(), []),
    method(
      ["zero_padding2d"], "Lays zeros around an image.",
      ZeroPadding2D(.explicit(top: 1, left: 1, bottom: 1, right: 1)), shorthand: "padding",
      [Field("padding", \.body.padding, .padding, "The zeros on each side.")]),
    method(
      ["upsampling2d"], "Repeats the rows and columns of an image.", UpSampling2D(Extent2D(2, 2)),
      shorthand: "size",
      [Field("size", \.body.size, .extent, "How often each row and column appears.")]),
  ]

  private static let bare = Convolution2D(
    filters: 1, kernel: Extent2D(1, 1), initializer: GlorotUniform(), biasInitializer: Zeros())

  private static let l1Doc = "The layer's own l1, in place of the regularization's."
  private static let l2Doc = "The layer's own l2, in place of the regularization's."
  private static let linePaddingDoc =
    "The zeros around the sequence: none (`valid`), as many as make the output ⌈size/stride⌉ "
    + "(`same`), or so many."

  private static func linePooling(
    _ names: [String], _ kind: Pooling2D.Method, _ doc: String
  ) -> Method<LayerSpec> {
    Method(
      names, doc,
      Section(
        Named(body: LinePoolingSettings()), shorthand: "size",
        fields: [
          Field("name", \.name, .layerName, nameDoc),
          Field(
            "size", \.body.size, .integer(atLeast: 1, atMost: Bound.window), required: true,
            "The length of the window."),
          Field(
            "stride", \.body.stride,
            ValueCodec<Int>.integer(atLeast: 1, atMost: Bound.window).optional,
            "The step of the window; unset it is the window's length."),
          Field("padding", \.body.padding, .linePadding, linePaddingDoc),
        ]),
      make: { settings, position in
        let body = settings.body
        let pooling = Pooling2D(
          kind, size: Extent2D(1, body.size), stride: Extent2D(1, body.stride ?? body.size),
          padding: body.padding)
        return LayerSpec(
          .layer(Pooling1D(pooling)), name: settings.name, location: position.description)
      },
      settings: { spec in
        guard case .layer(let layer) = spec.body, let pooling = (layer as? Pooling1D)?.pooling,
          pooling.method == kind
        else { return nil }
        return Named(
          name: spec.name,
          body: LinePoolingSettings(
            size: pooling.size.width, stride: pooling.stride.width, padding: pooling.padding))
      })
  }
}

/// The settings of a pooling layer over sequences, whose stride follows its size.
struct LinePoolingSettings: Sendable {
  var size = 1
  var stride: Int?
  var padding = Padding.valid
}

extension ValueCodec<Padding> {
  /// `valid`, `same`, or the zeros around a sequence.
  static var linePadding: ValueCodec {
    let zeros = JSONText.integer(atLeast: 0, atMost: Bound.window)
    return .scalar(
      "valid, same, an integer up to \(Bound.window) or [left, right]",
      schema: .alternatives([.names(["valid", "same"]), zeros, .list(of: zeros, count: 2)]),
      read: { node in
        if node.text == "valid" { return .valid }
        if node.text == "same" { return .same }
        guard let zeros = node.integers(atLeast: 0, atMost: Bound.window),
          zeros.count == (node.list == nil ? 1 : 2)
        else { return nil }
        return .explicit(top: 0, left: zeros[0], bottom: 0, right: zeros[zeros.count - 1])
      },
      encode: {
        switch $0 {
        case .valid: .plain("valid")
        case .same: .plain("same")
        case .explicit(_, let left, _, let right):
          .list([left, right].map { .plain("\($0)") })
        }
      })
  }
}
