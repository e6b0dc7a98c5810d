/// Words of Keras and PyTorch, and former names of nntrain, that are read as the names used here.
///
/// A word is listed only where its meaning is the same for every value; ``Guidance`` answers words
/// whose meaning differs. Configurations are written back with the names used here.
enum Synonyms {
  /// The keys for which a word stands; a section takes the first one that it has.
  static let keys: [String: [String]] = [
    // Keras
    "loss": ["objective"],
    "lr": ["learning_rate"],
    "batch_size": ["batch"],
    "kernel_size": ["kernel", "size"],
    "strides": ["stride"],
    "pool_size": ["size"],
    "dilation_rate": ["dilation"],
    "kernel_initializer": ["initializer"],
    "embeddings_initializer": ["initializer"],
    "kernel_constraint": ["constraint"],
    "input_dim": ["vocabulary"],
    "output_dim": ["units"],
    "beta_1": ["beta1"],
    "beta_2": ["beta2"],
    "restore_best_weights": ["restore_best"],
    "start_from_epoch": ["start_from"],
    // PyTorch
    "out_features": ["units"],
    "out_channels": ["filters"],
    "hidden_size": ["units"],
    "num_embeddings": ["vocabulary"],
    "embedding_dim": ["units"],
    "bias": ["use_bias"],
    "eps": ["epsilon"],
    "p": ["rate"],
    // Former names
    "follow": ["stream"],
    "settle": ["quiet_seconds"],
    "round": ["log_every"],
    "normalize": ["reduction"],
  ]

  /// The methods for which a word stands, by what they are (`layer`, `optimizer`) and by the word
  /// in lower case without underscores and hyphens.
  static let methods: [String: [String: String]] = [
    "layer": [
      "batchnorm": "batch_normalization", "batchnorm1d": "batch_normalization",
      "batchnorm2d": "batch_normalization", "layernorm": "layer_normalization",
      "groupnorm": "group_normalization", "maxpool2d": "max_pool2d",
      "avgpool1d": "average_pool1d", "avgpool2d": "average_pool2d",
      "convtranspose2d": "conv2d_transpose", "rnn": "simple_rnn",
      "spatialdropout1d": "spatial_dropout", "spatialdropout2d": "spatial_dropout",
      "dropout1d": "spatial_dropout", "dropout2d": "spatial_dropout", "identity": "linear",
      "logistic": "sigmoid",
    ],
    "activation": ["identity": "linear", "none": "linear", "logistic": "sigmoid"],
    "recurrent layer": ["rnn": "simple_rnn"],
    "initializer": [
      "kaiminguniform": "he_uniform", "kaimingnormal": "he_normal",
      "xavieruniform": "glorot_uniform", "xaviernormal": "glorot_normal",
      "normal": "random_normal", "uniform": "random_uniform",
    ],
    "objective": [
      "bce": "binary_crossentropy", "bceloss": "binary_crossentropy",
      "binarycrossentropyloss": "binary_crossentropy",
      "categoricalcrossentropyloss": "categorical_crossentropy",
      "mseloss": "mean_squared_error", "l1loss": "mean_absolute_error",
      "huberloss": "huber", "kldiv": "kullback_leibler_divergence",
      "kldivergence": "kullback_leibler_divergence",
    ],
    "metric": [
      "acc": "accuracy", "binaryaccuracy": "accuracy", "categoricalaccuracy": "accuracy",
      "sparsecategoricalaccuracy": "accuracy", "topkcategoricalaccuracy": "top_k_accuracy",
      "rocauc": "auc",
    ],
    "schedule": [
      "cosinedecay": "cosine", "cosineannealing": "cosine", "cosineannealinglr": "cosine",
      "cosinedecayrestarts": "cosine_restarts",
      "cosineannealingwarmrestarts": "cosine_restarts",
      "reducelronplateau": "reduce_on_plateau",
    ],
    "preprocessing step": [
      "standardscaler": "standardize", "minmaxscaler": "min_max", "onehotencoder": "one_hot",
    ],
  ]

  /// `word` in lower case without underscores and hyphens: `MaxPooling2D` and `max_pooling2d` are
  /// the same.
  static func folded(_ word: String) -> String {
    String(word.lowercased().filter { $0 != "_" && $0 != "-" })
  }
}

extension SectionGrammar {
  /// The field that `word` names, by its key or by a synonym.
  func field(_ word: String) -> FieldGrammar? {
    func named(_ key: String) -> FieldGrammar? { fields.first { $0.key == key } }
    if let field = named(word) { return field }
    return Synonyms.keys[word]?.lazy.compactMap(named).first
  }

  /// The words beside its key that name `field` here, in alphabetical order.
  func synonyms(of field: FieldGrammar) -> [String] {
    Synonyms.keys.keys.filter { $0 != field.key && self.field($0)?.key == field.key }.sorted()
  }
}

extension ChoiceGrammar {
  /// The method that `word` names: as it is written here, in the spelling of Keras or PyTorch
  /// (`MaxPooling2D`), or by a synonym.
  func method(_ word: String) -> MethodGrammar? {
    if let method = methods.first(where: { $0.names.contains(word) }) { return method }
    guard Guidance.method(word, noun: noun) == nil else { return nil }
    let folded = Synonyms.folded(word)
    if let name = Synonyms.methods[noun]?[folded] {
      return methods.first { $0.names[0] == name }
    }
    return methods.first { $0.names.contains { Synonyms.folded($0) == folded } }
  }
}
