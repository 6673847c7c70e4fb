import CKernels
import Foundation
import Testing

@testable import Tensors

@Suite("Products with packed weights agree with the textbook loop")
struct PackedWeightsTests {
  private func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(
      rows: rows, columns: columns, values: (0..<rows * columns).map { Float($0 * 7 % 13 - 6) })
  }

  private func weights(_ w: Matrix) -> PackedWeights {
    PackedWeights(Parameter(rows: w.rows, columns: w.columns, values: w.values))
  }

  // Panels are 8, 16 or 32 outputs wide and tiles up to 14 rows high, and a part of a product is at
  // most 512 inputs deep: whole ones, and what is left over, on every processor.
  @Test(
    "x Wᵀ + b lands in its block and leaves the rest alone",
    arguments: [1, 2, 13, 14, 15, 29, 300], [(1, 1), (3, 32), (5, 33), (515, 7), (1030, 64)])
  func block(rows: Int, sizes: (inputs: Int, outputs: Int)) {
    let (x, w) = (matrix(rows + 2, sizes.inputs), matrix(sizes.outputs, sizes.inputs))
    let bias = (0..<sizes.outputs).map { Float($0 % 5) }
    var out = Matrix(rows: rows + 3, columns: sizes.outputs + 4, repeating: 99)
    multiply(
      x, rows: 1..<rows + 1, weights(w),
      bias: Parameter(rows: 1, columns: bias.count, values: bias),
      into: &out, row: 2, column: 3)
    for i in 0..<out.rows {
      for j in 0..<out.columns {
        guard 2..<2 + rows ~= i && 3..<3 + sizes.outputs ~= j else {
          #expect(out[i, j] == 99)
          continue
        }
        let sum = (0..<sizes.inputs).reduce(Float(0)) { $0 + x[i - 1, $1] * w[j - 3, $1] }
        #expect(out[i, j] == sum + bias[j - 3])
      }
    }
  }

  @Test("W as (in, out) gives what W as (out, in) gives, and may be added to what is there")
  func layouts() {
    let (x, w) = (matrix(5, 3), matrix(37, 3))
    let turned = Parameter(rows: 3, columns: 37, values: w.transposed.values)
    let transposed = PackedWeights(turned, layout: .inOut)
    var a = Matrix(rows: 6, columns: 41, repeating: 99)
    var b = a
    multiply(x, rows: 1..<4, weights(w), into: &a, row: 2, column: 4)
    multiply(x, rows: 1..<4, transposed, into: &b, row: 2, column: 4)
    #expect(a == b)
    multiply(x, rows: 1..<4, transposed, into: &b, row: 2, column: 4, adding: true)
    for (one, two) in zip(a.values, b.values) { #expect(two == (one == 99 ? 99 : 2 * one)) }
  }

  @Test("vectors of every width that this processor has give the same", arguments: [4, 8, 16])
  func widths(lanes: Int) {
    guard lanes <= productLanes else { return }
    let (x, w) = (matrix(17, 70), matrix(45, 70))
    let width = 2 * lanes
    var panels = [Float](repeating: .nan, count: (45 + width - 1) / width * width * 70)
    var out = Matrix(rows: 17, columns: 45)
    // SAFETY: room for 45 outputs rounded up to panels, and three whole matrices.
    unsafe ck_pack(lanes, ck_f32, &panels, w.values, 70, 1, 45, 70)
    unsafe ck_product(
      lanes, ck_f32, &out.values, 45, x.values, 70, 17, panels, 70, 45, 70, nil, 0)
    for i in 0..<17 {
      for j in 0..<45 {
        #expect(out[i, j] == (0..<70).reduce(Float(0)) { $0 + x[i, $1] * w[j, $1] })
      }
    }
  }

  @Test(
    "16-bit weights give the bits of the same weights in 32, in every width",
    arguments: [(NumberType.f16, 4), (.f16, 8), (.f16, 16), (.bf16, 4), (.bf16, 8), (.bf16, 16)])
  func halves(type: NumberType, lanes: Int) {
    guard lanes <= productLanes else { return }
    // Every pattern stands once; rows of x of one value show each weight by itself.
    let halves = (0..<65536).map { UInt16($0) }
    let widened = halves.map { bits -> Float in
      type == .f16 ? Float(Float16(bitPattern: bits)) : Float(bitPattern: UInt32(bits) << 16)
    }
    let (inputs, outputs) = (2, 32768)
    let x: [Float] = [1, 0, 0, 1, 0.3, 0]
    var products = [[Float](repeating: 0, count: 3 * outputs)]
    products.append(products[0])
    var panels = [UInt8](repeating: 0xff, count: inputs * outputs * 4)
    for (i, number) in [type, .f32].enumerated() {
      // SAFETY: room for 32,768 outputs, whole panels of every width, and three rows of them.
      unsafe halves.withUnsafeBytes { halves in
        unsafe widened.withUnsafeBytes { widened in
          let weights = unsafe (number == .f32 ? widened : halves).baseAddress
          unsafe ck_pack(lanes, number.kernel, &panels, weights, outputs, 0, outputs, inputs)
        }
      }
      unsafe ck_product(
        lanes, number.kernel, &products[i], outputs, x, inputs, 3, panels, inputs, outputs, inputs,
        nil, 0)
    }
    let apart = zip(products[0], products[1]).filter { !($0.isNaN && $1.isNaN) && $0 != $1 }
    #expect(apart.isEmpty, "\(apart.prefix(3))")
    #expect(products[0].contains { $0.isFinite && $0 != 0 })
  }

  @Test("16-bit weights of a file are packed by row or by column, at even addresses and odd ones")
  func packed16() throws {
    let w = matrix(45, 70)
    let bytes = try #require(littleEndianBytes(w.values, as: .f16))
    var expected = Matrix(rows: 5, columns: 45)
    multiply(matrix(5, 70), rows: 0..<5, weights(w), into: &expected)
    for lead in [0, 1, 2] {
      let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
      try Data([UInt8](repeating: 9, count: lead) + bytes).write(to: url)
      defer { try? FileManager.default.removeItem(at: url) }
      let stored = try Parameter(
        file: MappedFile(path: url.path), offset: lead, type: .f16, rows: 45, columns: 70)
      var out = Matrix(rows: 5, columns: 45)
      multiply(matrix(5, 70), rows: 0..<5, PackedWeights(stored), into: &out)
      #expect(out == expected)
      #expect(stored.row(44) == w.row(44))
      #expect(stored.widened.values == w.values)
    }
  }

  @Test("a row's product is the same bits whatever stands around it")
  func independence() {
    let x = Matrix(
      rows: 40, columns: 600, values: (0..<24000).map { sin(Float($0 * $0 % 977)) })
    let w = weights(
      Matrix(rows: 33, columns: 600, values: (0..<19800).map { cos(Float($0 * 3 % 1013)) }))
    var all = Matrix(rows: 40, columns: 33)
    multiply(x, rows: 0..<40, w, into: &all)
    for row in [0, 13, 14, 39] {
      var one = Matrix(rows: 1, columns: 33)
      multiply(x, rows: row..<row + 1, w, into: &one)
      #expect(one.row(0) == all.row(row))
    }
  }

  @Test("panels that are not kept, and parts shared by a team, give the same bits")
  func sharing() {
    let x = matrix(9, 64)
    let w = Parameter(rows: 300, columns: 64, values: matrix(300, 64).values.map { $0 / 7 })
    var (plain, shared) = (Matrix(rows: 9, columns: 300), Matrix(rows: 9, columns: 300))
    multiply(x, rows: 0..<9, PackedWeights(w), into: &plain)
    let passing = PackedWeights(w, keepsPanels: false)
    for _ in 0..<2 {
      withTeam(of: 3) { team in
        for _ in 0..<50 { multiply(x, rows: 0..<9, passing, into: &shared, team: team) }
      }
      #expect(plain == shared)
    }
  }
}
