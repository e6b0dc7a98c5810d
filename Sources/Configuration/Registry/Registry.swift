/// Everything that a configuration can name, one row each.
///
/// Adding a method to nntrain ends here: with the row that gives it its name, its settings with
/// their ranges, and the sentence that describes it. The parser, the messages, the JSON schema and
/// the reference follow from the row.
enum Registry {}
