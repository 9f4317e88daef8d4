import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  identity,
  inFront,
  NCHW,
  OIHW,
  type Order,
  permutation,
  physical,
  reorder,
  reshapedOrder,
  sameMemory,
  without
} from "../../src/compile/layout.ts"

describe("an order", () => {
  it("says which axis lies where, outermost first", () => {
    expect(physical([2, 5, 7, 3], NCHW)).toEqual([2, 3, 5, 7])
    expect(physical([3, 3, 16, 32], OIHW)).toEqual([32, 16, 3, 3])
  })

  it("turns into another by a permutation of positions", () => {
    expect(permutation(identity(4), NCHW)).toEqual([0, 3, 1, 2])
    expect(permutation(NCHW, identity(4))).toEqual([0, 2, 3, 1])
  })

  it("loses axes, and the rest is counted anew", () => {
    expect(without(NCHW, [1, 2])).toEqual([0, 1])
    expect(without(NCHW, [0])).toEqual([2, 0, 1])
  })

  it("gets axes in front", () => {
    expect(inFront([1, 0], 4)).toEqual([0, 1, 3, 2])
  })
})

describe("memory", () => {
  it("is the same where orders differ in axes of length 1 alone", () => {
    expect(sameMemory([2, 5, 7, 1], NCHW, identity(4))).toBe(true)
    expect(sameMemory([2, 1, 1, 3], NCHW, identity(4))).toBe(true)
    expect(sameMemory([2, 5, 7, 3], NCHW, identity(4))).toBe(false)
  })

  it("of an image [h w c] moves to [c h w]", () => {
    expect([...reorder(Float32Array.of(1, 2, 3, 4), [1, 2, 2], identity(3), [2, 0, 1])]).toEqual([1, 3, 2, 4])
  })

  it("of any shape moves from any order to any other, element by element", () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 })
    const cases = lengths.chain((shape) => {
      const order = fc.shuffledSubarray([...identity(shape.length)], { minLength: shape.length })
      return fc.record({ shape: fc.constant(shape), from: order, to: order })
    })
    fc.assert(
      fc.property(cases, ({ shape, from, to }) => {
        /** Where the element of an index lies. */
        const placeOf = (index: ReadonlyArray<number>, order: Order) =>
          order.reduce((place, axis) => place * shape[axis] + index[axis], 0)
        const size = shape.reduce((n, length) => n * length, 1)
        const data = Int32Array.from({ length: size }, (_, i) => i)
        const moved = reorder(data, shape, from, to)
        expect(moved).toHaveLength(size)
        for (let i = 0; i < size; i++) {
          let rest = i
          const index = [...shape].reverse().map((length) => {
            const at = rest % length
            rest = Math.floor(rest / length)
            return at
          })
          index.reverse()
          expect(moved[placeOf(index, to)]).toBe(data[placeOf(index, from)])
        }
      })
    )
  })

  it("stays as it is, and is not copied, where nothing moves", () => {
    const data = Float32Array.of(1, 2)
    expect(reorder(data, [1, 2, 1], identity(3), [2, 0, 1])).toBe(data)
  })
})

describe("a reshape", () => {
  it("of a map in ONNX's order to a list of pixels leaves the channels outermost", () => {
    expect(reshapedOrder([2, 5, 7, 3], NCHW, [2, 35, 3])).toEqual([0, 2, 1])
  })

  it("that joins axes which do not lie side by side must move memory", () => {
    expect(reshapedOrder([2, 5, 7, 3], NCHW, [2, 5, 21])).toBeUndefined()
  })

  it("puts axes of length 1 where they stand in plain order", () => {
    expect(reshapedOrder([6], [0], [1, 2, 1, 3, 1])).toEqual([0, 1, 2, 3, 4])
    expect(reshapedOrder([], [], [1, 1])).toEqual([0, 1])
  })

  it("of nothing is plain", () => {
    expect(reshapedOrder([0, 3], [0, 1], [3, 0, 2])).toEqual([0, 1, 2])
    expect(reshapedOrder([0, 3], [1, 0], [3, 0, 2])).toBeUndefined()
  })
})
