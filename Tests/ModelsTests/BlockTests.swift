import Layers
import Models
import Tensors
import Testing

/// Which layers blocks become, and what they say where they can't.
@Suite struct BlockTests {
  private func dense(_ units: Int, name: String? = nil) -> LayerSpec {
    LayerSpec(
      .layer(Dense(units: units, initializer: Zeros(), biasInitializer: Zeros())), name: name)
  }

  private func conv(_ filters: Int, stride: Int = 1) -> LayerSpec {
    LayerSpec(
      .layer(
        Convolution2D(
          filters: filters, kernel: Extent2D(3, 3), stride: Extent2D(stride, stride),
          padding: .same, initializer: Zeros(), biasInitializer: Zeros())))
  }

  private func graph(_ layers: [LayerSpec], _ shape: Shape) throws -> NetworkGraph {
    try NetworkGraph(NetworkSpec(layers), inputShape: shape)
  }

  private func failure(_ layers: [LayerSpec], _ shape: Shape) -> NetworkError? {
    do {
      _ = try graph(layers, shape)
      return nil
    } catch { return error as? NetworkError }
  }

  @Test func branchesOfOtherShapesAreNamed() throws {
    for (merge, words) in [
      (BranchMerge.sum, "branch 1 gives 4 but branch 2 gives 5; a sum needs one shape"),
      (.product, "a product needs one shape"),
    ] {
      let block = LayerSpec(.parallel([[dense(4)], [dense(5)]], merge: merge), name: "fork")
      let error = try #require(failure([block], [3]))
      #expect(error.layer == "fork" && error.reason.contains(words), "\(error)")
    }
    let images = LayerSpec(.parallel([[conv(4)], [conv(4, stride: 2)]], merge: .concatenate))
    let error = try #require(failure([images], [3, 6, 6]))
    #expect(
      error.layer == "parallel_1"
        && error.reason.contains("branch 1 gives 4×6×6 but branch 2 gives 4×3×3; all dimensions"),
      "\(error)")
  }

  @Test func shortcutsThatDoNotReachAreNamed() throws {
    var block = ResidualSpec([conv(2)])
    block.shortcut = .padded
    let error = try #require(failure([LayerSpec(.residual(block), name: "block")], [3, 6, 6]))
    #expect(
      error.layer == "block_shortcut"
        && error.reason.contains("no padded shortcut leads from 3×6×6 to 2×6×6"), "\(error)")
    let flat = LayerSpec(.residual(ResidualSpec([LayerSpec(.layer(Flatten()))])))
    #expect(failure([flat], [3, 6, 6])?.reason.contains("turns 3×6×6 into 108") == true)
  }

  @Test func copiesAreNumbered() throws {
    let inner = LayerSpec(.residual(ResidualSpec([dense(3, name: "x"), dense(3)])), name: "block")
    let made = try graph([LayerSpec(.repetition([inner], times: 2)), dense(2)], [3])
    #expect(
      made.nodes.map(\.name) == [
        "x_1", "dense_2", "block_1", "x_2", "dense_4", "block_2", "dense_5",
      ])
    #expect(failure([LayerSpec(.repetition([dense(2)], times: 0))], [3]) != nil)
  }

  @Test("stages of n blocks are 6n + 2 layers deep", arguments: [(1, 8), (3, 20), (9, 56)])
  func depth(blocks: Int, layers: Int) throws {
    let stages = ResidualStages(blocks: blocks, filters: [16, 32, 64])
    let made = try graph(
      [
        conv(16), LayerSpec(.stages(stages)), LayerSpec(.layer(GlobalAveragePooling2D())),
        dense(10),
      ], [3, 32, 32])
    let learnt = made.nodes.filter { $0.layer is Convolution2D || $0.layer is Dense }
    #expect(learnt.count == layers)
    // Those of He et al. have 269,722, with a normalization (32) for the first convolution's bias (16).
    if blocks == 3 { #expect(made.parameterCount == 269_722 - 32 + 16) }
  }

  @Test("a block without its way around is its layers alone")
  func withoutShortcut() throws {
    var block = ResidualSpec([dense(4), dense(3)])
    block.shortcut = .none
    let made = try graph([LayerSpec(.residual(block)), dense(2)], [3])
    #expect(made.nodes.map(\.name) == ["dense_1", "dense_2", "dense_3"])
    #expect(made.nodes[2].sources == [.node(1)])
  }

  @Test func whatCanNotBeNormalizedIsNamed() throws {
    let groups = LayerSpec(.layer(GroupNormalization(groups: 3)))
    #expect(
      failure([groups], [8, 2, 2])?.reason.contains("3 groups do not divide the 8 channels") == true
    )
    #expect(failure([LayerSpec(.layer(BatchNormalization()))], [2, 3, 4, 5]) != nil)
  }

  @Test func windowsLargerThanTheirInputAreNamed() throws {
    let line = Convolution2D(
      filters: 2, kernel: Extent2D(1, 5), initializer: Zeros(), biasInitializer: Zeros())
    let sequence = try #require(failure([LayerSpec(.layer(Convolution1D(line)))], [3, 4]))
    #expect(sequence.reason.contains("the window of 5 is larger than its input 3×4"), "\(sequence)")
    let image = try #require(failure([LayerSpec(.layer(Convolution1D(line)))], [3, 4, 4]))
    #expect(image.reason.contains("a sequence [channels, length] is needed"), "\(image)")
    let depthwise = LayerSpec(.layer(DepthwiseConvolution2D(line)))
    #expect(failure([depthwise], [3, 4, 4])?.reason.contains("larger than its input") == true)
    let cut = TransposedConvolution2D(
      filters: 2, kernel: Extent2D(2, 2), padding: .explicit(top: 1, left: 1, bottom: 1, right: 1),
      initializer: Zeros(), biasInitializer: Zeros())
    #expect(failure([LayerSpec(.layer(cut))], [3, 1, 1])?.reason.contains("cuts off") == true)
  }
}
