import Probing

/// What the map remembers.
struct MapState: Sendable, Equatable, Codable {
  enum Order: String, Sendable, Codable {
    case index, weight, cluster

    var words: String { "by \(rawValue)" }
    mutating func toggle() {
      self = self == .index ? .weight : self == .weight ? .cluster : .index
    }
  }

  enum Scale: String, Sendable, Codable {
    case global, layer

    var words: String { self == .global ? "one scale" : "a scale a layer" }
    mutating func toggle() { self = self == .global ? .layer : .global }
  }

  /// The 2⁻ᶻᵒᵒᵐ part of a layer around the cursor is seen.
  var zoom = 0
  var order = Order.index
  var scale = Scale.global

  var settings: [(name: String, value: String)] {
    (zoom == 0 ? [] : [("zoom", "\(zoom)")])
      + (order == .index ? [] : [("order", order.rawValue)])
      + (scale == .global ? [] : [("scale", scale.rawValue)])
  }

  mutating func read(_ name: String, _ value: String) -> Bool {
    switch name {
    case "zoom": zoom = min(20, max(0, Int(value) ?? 0))
    case "order": order = Order(rawValue: value) ?? order
    case "scale": scale = Scale(rawValue: value) ?? scale
    default: return false
    }
    return true
  }
}
