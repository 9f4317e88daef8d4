import { expect, it } from "vitest"
import { threefry2x32 } from "../../src/random/threefry.ts"

// Known answers published with Random123 (kat_vectors, threefry2x32 20 rounds).
it.each([
  [
    [0, 0],
    [0, 0],
    [0x6b200159, 0x99ba4efe]
  ],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x1cb996fc, 0xbb002be7]
  ],
  [
    [0x13198a2e, 0x03707344],
    [0x243f6a88, 0x85a308d3],
    [0xc4923a9c, 0x483df7a0]
  ]
])("agrees with the published vectors: key %j counter %j", ([k0, k1], [c0, c1], expected) => {
  const out = new Uint32Array(2)
  threefry2x32(k0, k1, c0, c1, out)
  expect([...out]).toEqual(expected)
})
