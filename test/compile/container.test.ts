import "@tensorflow/tfjs-backend-cpu"
import { ones, scalar, setBackend, type TensorContainer, tensor1d } from "@tensorflow/tfjs-core"
import { beforeAll, describe, expect, it } from "vitest"
import { replaceTensors, signatureOf, tensorsIn } from "../../src/compile/container.ts"

beforeAll(async () => {
  await setBackend("cpu")
})

it("tensors of a container come in the order of its names", () => {
  const [a, b, c] = [scalar(1), scalar(2), scalar(3)]
  expect(tensorsIn({ first: a, list: [b, "word", { deep: c }], count: 3, none: undefined })).toEqual([a, b, c])
  expect(tensorsIn(a)).toEqual([a])
})

it("a container keeps its form when others take the place of its tensors", () => {
  const [a, b] = [scalar(1), scalar(2)]
  const values = Float32Array.of(1, 2)
  const replaced = replaceTensors({ a, rest: [b, "word", null, values] } as TensorContainer, (_, i) => [b, a][i])
  expect(replaced).toEqual({ a: b, rest: [a, "word", null, values] })
})

describe("what is no container of tensors is refused, wherever it is", () => {
  class Model {
    readonly weight = scalar(1)
  }
  const others: ReadonlyArray<readonly [string, make: () => unknown]> = [
    ["a value of type function", () => () => scalar(1)],
    ["a value of type Map", () => new Map()],
    ["a value of type Model", () => new Model()],
    ["a value of type bigint", () => 1n],
    ["a promise", () => Promise.reject(new Error("nobody hears of it"))]
  ]
  it.each(others)("%s", (op, make) => {
    const value = make()
    const refused = expect.objectContaining({ _tag: "CompileError", op })
    for (const container of [value, [value], { deep: { value } }]) {
      expect(() => tensorsIn(container as TensorContainer)).toThrow(refused)
    }
  })

  it("and records without a prototype are none of it", () => {
    const [x, record] = [scalar(1), Object.create(null)]
    record.x = x
    expect(tensorsIn(record)).toEqual([x])
  })
})

describe("signatures", () => {
  const different: ReadonlyArray<readonly [string, TensorContainer, TensorContainer]> = [
    ["shapes", ones([2]), ones([2, 1])],
    ["types", ones([2]), ones([2], "int32")],
    ["names", { a: 1 }, { b: 1 }],
    ["lists and records", [ones([1])], { 0: ones([1]) }],
    ["numbers", [1], [2]],
    ["numbers and words", [1], ["1"]],
    ["words with commas", ["a", "b"], ["a,string b"]],
    ["words with quotes", ["a", "b"], ['a","b']],
    ["zeros of either sign", 0, -0],
    ["typed arrays", Float32Array.of(1, 2), Int32Array.of(1, 2)],
    ["typed arrays of zeros", Float32Array.of(0), Float32Array.of(-0)],
    ["nothing and its word", [undefined as unknown as number], ["undefined"]]
  ]
  it.each(different)("tell %s apart", (_, a, b) => expect(signatureOf(a)).not.toBe(signatureOf(b)))

  it("are the same for other numbers", () => {
    expect(signatureOf({ x: tensor1d([1, 2]) })).toBe(signatureOf({ x: tensor1d([3, 4]) }))
  })
})
