/// Pieces and their ids, compared byte for byte.
///
/// Swift's `String` compares by canonical equivalence ("é" equals "e" + U+0301), while a vocabulary
/// may hold both spellings; so the keys are UTF-8 bytes.
struct Vocabulary: Sendable {
  private(set) var table: ByteTable
  /// By id; nil where the file has no piece for an id.
  private var pieces: [String?] = []

  /// A fault of the pieces, without the file that they came from.
  enum Fault: Error, Equatable {
    case duplicatePiece([UInt8], Int32, Int32)
    case duplicateID(Int32, String, [UInt8])
    case badID(Int, [UInt8])
  }

  /// - Parameter capacity: how many pieces are to come.
  init(capacity: Int) {
    table = ByteTable(capacity: capacity)
    pieces.reserveCapacity(capacity)
  }

  /// The largest id and one more; ids without a piece count too.
  var size: Int { pieces.count }

  /// The number of pieces.
  var count: Int { table.count }

  subscript(piece: [UInt8]) -> Int32? { table.find(piece) }

  func id(of piece: String) -> Int32? { table.find(Array(piece.utf8)) }

  /// The pieces `<0x00>` … `<0xFF>` that stand for bytes of what is unknown, as far as there are any.
  var byteFallback: [Int32?] {
    (UInt8.min...UInt8.max).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return id(of: "<0x\(byte < 16 ? "0" : "")\(digits)>")
    }
  }

  /// The piece of an id, or nil if there is none.
  @inline(__always)
  func piece(_ id: Int32) -> String? {
    let index = Int(id)
    return index >= 0 && index < pieces.count ? pieces[index] : nil
  }

  /// Adds a piece under an id that no other piece has.
  ///
  /// `limit` is the first id that is too large: a file may leave gaps, but not so many that the
  /// table by id takes far more memory than the file.
  /// - Throws: `Fault` if the piece or the id is taken, or the id is out of bounds.
  mutating func insert(_ piece: [UInt8], id: Int, limit: Int) throws(Fault) {
    guard id >= 0, id < limit, let short = Int32(exactly: id) else { throw .badID(id, piece) }
    if id < pieces.count, let other = pieces[id] { throw .duplicateID(short, other, piece) }
    if let old = table.insert(piece, id: short) { throw .duplicatePiece(piece, old, short) }
    while pieces.count <= id { pieces.append(nil) }
    pieces[id] = String(decoding: piece, as: UTF8.self)
  }
}
