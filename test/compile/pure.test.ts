import "@tensorflow/tfjs-backend-cpu"
import {
  dropout,
  engine,
  multinomial,
  ones,
  rand,
  randomGamma,
  randomNormal,
  randomUniform,
  randomUniformInt,
  setBackend,
  type Tensor,
  truncatedNormal,
  Variable,
  variable
} from "@tensorflow/tfjs-core"
import { beforeAll, describe, expect, it } from "vitest"
import { CompileError } from "../../src/compile/compileError.ts"
import { purely, withoutAssignments } from "../../src/compile/pure.ts"

beforeAll(async () => {
  await setBackend("cpu")
})

const refusal = (f: () => unknown): CompileError => {
  try {
    purely(f)
  } catch (error) {
    if (error instanceof CompileError) return error
    throw error
  }
  throw new Error("nothing was refused")
}

describe("random numbers", () => {
  const draws: ReadonlyArray<readonly [op: string, draw: (seed?: number) => Tensor]> = [
    ["dropout", (seed) => dropout(ones([4]), 0.5, undefined, seed)],
    ["multinomial", (seed) => multinomial([0.5, 0.5], 3, seed)],
    ["randomGamma", (seed) => randomGamma([2], 1, 1, "float32", seed)],
    ["randomNormal", (seed) => randomNormal([2], 0, 1, "float32", seed)],
    ["randomUniform", (seed) => randomUniform([2], 0, 1, "float32", seed)],
    ["randomUniformInt", (seed) => randomUniformInt([2], 0, 9, seed)],
    ["truncatedNormal", (seed) => truncatedNormal([2], 0, 1, "float32", seed)]
  ]
  it.each(draws)("of %s are refused, by the name of the op that was called", (op, draw) => {
    expect(refusal(() => draw())).toMatchObject({ op, remedy: expect.stringContaining("hepaflow's dropout") })
  })

  it.each(draws)("of %s are the same in every call where it has a seed", (_, draw) => {
    expect([...purely(() => draw(3)).dataSync()]).toEqual([...draw(3).dataSync()])
  })

  it("of the function itself are refused", () => {
    expect(refusal(() => rand([2], () => Math.random())).op).toBe("rand")
    expect(refusal(() => Math.random())).toMatchObject({ op: "Math.random" })
  })
})

describe("variables", () => {
  it("cannot be assigned, and stay what they are", () => {
    const w = variable(ones([2]), true, "w")
    expect(refusal(() => w.assign(ones([2])))).toMatchObject({
      op: "the variable w",
      remedy: "return the new value, and assign it outside"
    })
    expect(() => withoutAssignments(() => w.assign(ones([2])))).toThrow("the variable w")
    expect([...w.dataSync()]).toEqual([1, 1])
    w.dispose()
  })

  it("cannot be made", () => {
    expect(refusal(() => variable(ones([2]), true, "w")).op).toBe("the variable w")
    expect(refusal(() => variable(ones([2]))).op).toBe("a variable")
    expect(engine().registeredVariables).toEqual({})
  })
})

it("nothing is refused any more when the function is done, also where it throws", () => {
  const before = [Math.random, Variable.prototype.assign, engine().makeVariable]
  const boom = () => {
    throw new Error("boom")
  }
  expect(() => purely(() => purely(boom))).toThrow("boom")
  expect(purely(() => 3)).toBe(3)
  expect([Math.random, Variable.prototype.assign, engine().makeVariable]).toEqual(before)
  expect(Object.hasOwn(engine(), "makeVariable")).toBe(false)
})
