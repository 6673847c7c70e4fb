import Testing

@testable import StrictJSON

@Suite("What a download left in the place of a file")
struct PlaceholderTests {
  @Test(
    "is known by its beginning",
    arguments: [
      ("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
      ("<!DOCTYPE html><html>", "a web page"), (" \n<HTML lang=\"en\">", "a web page"),
    ])
  func known(text: String, advice: String) {
    #expect(placeholder(text.utf8)?.contains(advice) == true)
  }

  @Test("is nothing else", arguments: ["", "{}", "<unk>\n<html\n", "version 2", "\u{FEFF}[UNK]"])
  func other(text: String) { #expect(placeholder(text.utf8) == nil) }
}
