import fc from "fast-check"
import { expect, it } from "vitest"
import { sizeOf } from "../../../src/compile/graph.ts"
import {
  identity,
  inFront,
  type Order,
  permutation,
  physical,
  reorder,
  reshapedOrder,
  sameMemory,
  without
} from "../../../src/compile/layout.ts"
import { anyOrder, axesOf, type Shape, shape } from "./ops/arbitraries.ts"

const holds = <T>(of: fc.Arbitrary<T>, law: (value: T) => void) =>
  // What an expectation returns is no verdict.
  fc.assert(
    fc.property(of, (value) => void law(value)),
    { numRuns: 300, seed: 1, endOnFailure: true }
  )

const shapeAndOrders = shape().chain((shape) =>
  fc.tuple(fc.constant(shape), anyOrder(shape.length), anyOrder(shape.length))
)

/** The position of each element in plain order, as it lies in an order: the slow way, index by index. */
const lying = (shape: Shape, order: Order): ReadonlyArray<number> => {
  const lengths = physical(shape, order)
  return Array.from({ length: sizeOf(shape) }, (_, place) => {
    const index = new Array<number>(shape.length)
    let rest = place
    for (let position = order.length - 1; position >= 0; position--) {
      index[order[position]] = rest % lengths[position]
      rest = Math.floor(rest / lengths[position])
    }
    return index.reduce((at, i, axis) => at * shape[axis] + i, 0)
  })
}

it("moving memory puts each element where its index says", () => {
  holds(shapeAndOrders, ([shape, from, to]) => {
    expect([...reorder(Int32Array.from(lying(shape, from)), shape, from, to)]).toEqual(lying(shape, to))
  })
})

it("memory that is the same holds the same elements in the same places, and only then", () => {
  holds(shapeAndOrders, ([shape, a, b]) => {
    expect(sameMemory(shape, a, b)).toBe(lying(shape, a).join() === lying(shape, b).join())
  })
})

it("a permutation of positions leads from one order to the other", () => {
  holds(shapeAndOrders, ([, from, to]) => expect(permutation(from, to).map((position) => from[position])).toEqual(to))
})

/** A second shape of as many elements. */
const factored = (size: number): fc.Arbitrary<Array<number>> =>
  fc.array(fc.constantFrom(1, 2, 3, 4), { maxLength: 4 }).map((factors) => {
    const made: Array<number> = []
    let rest = size
    for (const factor of factors) {
      if (rest % factor !== 0) continue
      made.push(factor)
      rest /= factor
    }
    return rest === 1 && made.length > 0 ? made : [...made, rest]
  })

it("a reshape leaves memory as it is exactly where some order of the new shape has the same elements", () => {
  const cases = shape(0, 4, 4).chain((from) =>
    fc.tuple(fc.constant(from), anyOrder(from.length), factored(sizeOf(from)))
  )
  const orders = (rank: number): ReadonlyArray<Order> =>
    rank === 0
      ? [[]]
      : orders(rank - 1).flatMap((order) =>
          Array.from({ length: rank }, (_, at) => [...order.slice(0, at), rank - 1, ...order.slice(at)])
        )
  holds(cases, ([from, order, to]) => {
    const memory = lying(from, order).join()
    const found = reshapedOrder(from, order, to)
    const some = orders(to.length).some((each) => lying(to, each).join() === memory)
    expect(found !== undefined).toBe(some)
    if (found === undefined) return
    expect([...found].sort()).toEqual([...identity(to.length)].sort())
    expect(lying(to, found).join()).toBe(memory)
  })
})

it("a reshape of plain memory is plain", () => {
  const cases = shape().chain((from) => fc.tuple(fc.constant(from), factored(sizeOf(from))))
  holds(cases, ([from, to]) => expect(reshapedOrder(from, identity(from.length), to)).toEqual(identity(to.length)))
})

it("an order without some axes is that of what is left", () => {
  const cases = shape(1).chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      anyOrder(shape.length),
      axesOf(shape.length).map((axes) => axes.map((axis) => (axis + shape.length) % shape.length))
    )
  )
  holds(cases, ([shape, order, axes]) => {
    const left = shape.filter((_, axis) => !axes.includes(axis))
    const lengths = order.filter((axis) => !axes.includes(axis)).map((axis) => shape[axis])
    expect(physical(left, without(order, axes))).toEqual(lengths)
  })
})

it("axes in front change no memory", () => {
  holds(shapeAndOrders, ([shape, order]) => {
    const wide = [1, 1, ...shape]
    expect(lying(wide, inFront(order, wide.length))).toEqual(lying(shape, order))
  })
})
