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
    ["nothing and its word", [undefined as unknown as number], ["undefined"]]
  ]
  it.each(different)("tell %s apart", (_, a, b) => expect(signatureOf(a)).not.toBe(signatureOf(b)))

  it("are the same for other numbers", () => {
    expect(signatureOf({ x: tensor1d([1, 2]) })).toBe(signatureOf({ x: tensor1d([3, 4]) }))
  })
})
