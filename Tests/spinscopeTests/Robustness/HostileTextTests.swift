import Foundation
import Fuzzing
import Probing
import Terminal
import Testing

@testable import spinscope

extension URL {
  /// A file of SpinScope's below a folder of settings.
  fileprivate func spinscope(_ name: String) -> URL { appendingPathComponent("spinscope/\(name)") }
}

/// Texts, labels and names that would move the cursor, set titles, hide or turn what stands beside
/// them, if a terminal saw them raw.
@Suite("Nothing that a file holds reaches the terminal raw", .serialized)
struct HostileTextTests {
  static let evil =
    "\u{1B}]0;own\u{07}\u{1B}[2J\u{202E}evil\u{2066}\u{200B}\u{200D}\u{9B}31m\u{85}\u{FEFF}日本🙂e\u{301}\u{301}"

  /// A model folder, texts and a run of such names, which hold such text.
  private struct Files {
    let folder: URL
    let model: String
    let texts: String
    let run: String
  }

  private static let files = Result { () throws -> Files in
    let folder = try scratch()
    let model = folder.appendingPathComponent("m\u{1B}[31m\u{202E}")
    try FileManager.default.copyItem(
      at: TinyRun.fixtures.appendingPathComponent("models/tiny-bert"), to: model)
    let texts = folder.appendingPathComponent("d\u{1B}[31m\u{202E}.csv")
    let rows = (0..<80).map {
      "\"\($0) \($0 % 2 == 0 ? "aaa" : "zzz") \(evil)\",\"\($0 % 2)\(evil)\""
    }
    try Data(("text,label\n" + rows.joined(separator: "\n")).utf8).write(to: texts)
    let run = folder.appendingPathComponent("r\u{1B}[31m\u{202E}.spin")
    let result = try spinscopeTests.run([
      "fit", model.path, texts.path, "-o", run.path, "--poolings", "mean", "--eta", "0.5",
      "--stability", "1",
    ])
    expectHarmless(result, "fit")
    #expect(result.code == 0)
    return Files(folder: folder, model: model.path, texts: texts.path, run: run.path)
  }

  private static func expectHarmless(
    _ result: Program.Result, _ what: String, tabs: Bool = false,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let hostile = (result.output + result.errors).unicodeScalars.filter { scalar in
      switch scalar.properties.generalCategory {
      case .control: scalar != "\n" && !(tabs && scalar == "\t")
      case .format, .lineSeparator, .paragraphSeparator: true
      default: false
      }
    }
    #expect(hostile.isEmpty, "\(what): \(hostile.map(\.value))", sourceLocation: location)
    Figures.add("outputs with hostile text, each shown escaped")
  }

  @Test("in any result of any command")
  func commands() throws {
    let files = try Self.files.get()
    let (run, text) = (files.run, "a \(Self.evil)")
    var commands = [
      ["inspect", run], ["inspect", files.texts], ["inspect", files.model], ["report", run],
      ["report", run, "--format", "json"], ["classify", run, text],
      ["classify", run, text, "--json"], ["explain", run, text], ["explain", run, text, "--json"],
      ["compare", run, run, "--flips"], ["tokenize", files.model, text, "--json"],
    ]
    commands += ReportTable.allCases.map { ["report", run, "--table", $0.rawValue] }
    commands += ReportFigure.allCases.map { ["report", run, "--figure", $0.rawValue] }
    for command in commands {
      let result = try spinscopeTests.run(command)
      Self.expectHarmless(result, command.dropFirst(2).joined(separator: " "))
      #expect(result.code == 0, "\(command): \(result.errors)")
    }
    for command in [["classify", run, text, "--tsv"], ["tokenize", files.model, text]] {
      Self.expectHarmless(try spinscopeTests.run(command), command[0], tabs: true)
    }
  }

  @Test("in any message about what is wrong")
  func messages() throws {
    let files = try Self.files.get()
    let evil = Self.evil.filter { $0 != "\u{0}" }
    let commands = [
      [evil], ["inspect", evil], ["classify", evil, "x"], ["--\(evil)"],
      ["report", files.run, "--format", evil], ["report", files.run, "--table", evil],
      ["screenshot", files.run, "--theme", evil], ["screenshot", files.run, "--at", evil],
      ["screenshot", files.run, "--keys", "<\(evil)>"], ["fetch", "a/\(evil)"],
      ["screenshot", files.run, "--size", evil], ["fit", evil, evil, "-o", evil],
      ["fit", files.model, files.texts, "-o", files.run],
      ["fit", files.model, "--label", evil, files.texts, "-o", "/tmp/\(UUID()).spin"],
    ]
    for command in commands {
      let result = try spinscopeTests.run(command)
      Self.expectHarmless(result, "\(command[0])")
      #expect(result.code != 0 && result.code < 128)
    }
  }

  @Test("in the environment, whose passwords are not shown either")
  func environment() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let home = folder.appendingPathComponent(Self.evil.filter { $0 != "/" && !$0.isNewline })
    let result = try spinscopeTests.run(
      ["fetch", "org/tiny"],
      environment: ["HF_ENDPOINT": "http://me:secret@127.0.0.1:9/\u{1B}[31m", "HF_HOME": home.path])
    Self.expectHarmless(result, "fetch")
    #expect(result.code == 4 && result.errors.contains("127.0.0.1:9"))
    #expect(!result.errors.contains("secret"))
  }

  @Test("in themes, keymaps and settings, and in their names")
  func ownFiles() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let themes = folder.appendingPathComponent("spinscope/themes")
    try FileManager.default.createDirectory(at: themes, withIntermediateDirectories: true)
    let theme = themes.appendingPathComponent("t\u{1B}[31m\u{202E}.toml")
    let evil = Self.evil.filter { !$0.isNewline }
    let run = TinyRun.folder.path
    for text in [
      "name = \"\(evil)\"\ninherits = \"\(evil)\"\n", "name = '\(evil)'\n[\(evil)]\n",
      "[roles]\n\"\(evil)\" = \"\(evil)\"\ntext = \"\(evil)\"\n", "\"\(evil)\" = [\"\(evil)\"]\n",
    ] {
      for file in [theme] + ["keymap.toml", "config.toml"].map(folder.spinscope) {
        try Data(text.utf8).write(to: file)
      }
      for command in [
        ["inspect", theme.path], ["screenshot", run, "--theme", theme.path],
        ["screenshot", run, "--keys", "t"], ["explore", "--print-keymap"],
      ] {
        let result = try spinscopeTests.run(command, environment: ["XDG_CONFIG_HOME": folder.path])
        Self.expectHarmless(result, command[0])
        #expect(result.code < 128)
      }
    }
  }

  @Test("in a tokenizer's own file")
  func tokenizers() throws {
    let folder = try copy(of: "models/tiny-bert", without: ["vocab.txt"])
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = TinyRun.fixtures.appendingPathComponent("tokenizers/uncased/tokenizer.json")
    let text = try String(contentsOf: source, encoding: .utf8)
    let quoted = Self.evil.replacing("\u{1B}", with: "\\u001b").replacing("\u{07}", with: "\\u0007")
    let file = folder.appendingPathComponent("tokenizer.json")
    for changed in [
      text.replacing("\"WordPiece\"", with: "\"\(quoted)\""),
      text.replacing("\"Lowercase\"", with: "\"\(quoted)\""),
      text.replacing("\"the\"", with: "\"\(quoted)\""), "{\"\(quoted)\": \(Self.evil)}",
    ] {
      try Data(changed.utf8).write(to: file)
      for command in [["inspect", folder.path], ["tokenize", folder.path, "the film"]] {
        Self.expectHarmless(try spinscopeTests.run(command), command[0], tabs: true)
      }
    }
  }

  @Test("in model folders whose every file holds it")
  func models() throws {
    for name in ["config.json", "tokenizer_config.json", "vocab.txt"] {
      let folder = try copy(of: "models/tiny-bert")
      defer { try? FileManager.default.removeItem(at: folder) }
      let file = folder.appendingPathComponent(name)
      let text = try String(contentsOf: file, encoding: .utf8)
      let quoted = Self.evil.replacing("\u{1B}", with: "\\u001b").replacing(
        "\u{07}", with: "\\u0007")
      for changed in [
        text.replacing("bert", with: "b\(quoted)"), text.replacing("\n", with: "\(Self.evil)\n"),
        Self.evil, "{\"\(quoted)\": \"\(quoted)\"}",
      ] {
        try Data(changed.utf8).write(to: file)
        Self.expectHarmless(try spinscopeTests.run(["inspect", folder.path]), "inspect \(name)")
        Self.expectHarmless(
          try spinscopeTests.run(["tokenize", folder.path, "a b"]), "tokenize \(name)", tabs: true)
      }
    }
  }

  @Test("on any screen, whose cells stay in their columns", arguments: Array("1234567"))
  func screens(tab: Character) throws {
    let files = try Self.files.get()
    let run = URL(fileURLWithPath: files.run)
    for keys in [
      "\(tab)", "\(tab)jj?", "\(tab)/evil<Enter>",
      "\(tab)i\(Self.evil.filter { !"<>".contains($0) && !$0.isNewline })",
    ] {
      var rehearsal = ExplorerRehearsal(
        ExplorerState(RunIndex(try Run(folder: run))), folder: run)
      for key in (try? KeyNotation.parse(keys)) ?? [] { rehearsal.press(key) }
      for size in [
        Size(columns: 80, rows: 24), Size(columns: 200, rows: 60), Size(columns: 41, rows: 11),
      ] {
        let canvas = ExplorerView(state: rehearsal.state).frame(size: size).canvas
        for y in 0..<size.rows {
          let columns = (0..<size.columns).reduce(0) { $0 + Int(canvas[$1, y].width) }
          #expect(columns == size.columns, "row \(y) of \(keys)")
        }
        let text = canvas.lines.joined()
        #expect(text == sanitized(text), "\(keys)")
        Figures.add("screens with hostile text, each whole")
      }
    }
  }

  @Test("text that is no UTF-8 is refused with its line, and a line of a megabyte is read")
  func bytes() throws {
    let files = try Self.files.get()
    let file = files.folder.appendingPathComponent("bytes.txt")
    try Data([0x61, 0x0A, 0xFF, 0xFE, 0x80, 0x0A]).write(to: file)
    let refused = try spinscopeTests.run(["inspect", file.path])
    #expect(refused.code == 4)
    Self.expectHarmless(refused, "bytes")
    let long = String(repeating: "bad film \(Self.evil) ", count: 20_000)
      .filter { !$0.isNewline }
    let result = try spinscopeTests.run(["classify", files.run, "-", "--json"], input: long + "\n")
    #expect(result.code == 0 && result.lines.count == 2)
    Self.expectHarmless(result, "a megabyte")
  }
}
