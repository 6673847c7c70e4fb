import ArgumentParser
import Probing

/// Which columns and files of labelled texts are read, as the command line says it.
struct ColumnOptions: ParsableArguments {
  @Option(help: "The column that holds the text.")
  var text: String?

  @Option(help: "The column that holds the label.")
  var label: String?

  @Option(help: "The column that says train, validation or test.")
  var split: String?

  @Option(help: "A file of validation texts.")
  var validation: String?

  @Option(help: "A file of test texts.")
  var test: String?

  @Option(help: "Seeds the split.")
  var seed: UInt64 = 42

  /// The texts of some files.
  func source(_ files: [String]) -> DataSource {
    DataSource(
      files: files, validationFile: validation, testFile: test, textColumn: text,
      labelColumn: label, splitColumn: split, seed: seed)
  }
}
