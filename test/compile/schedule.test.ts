import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { expect, it } from "vitest"
import { encodeOnnx } from "../../src/compile/onnx/encode.ts"
import type { OnnxNode } from "../../src/compile/onnx/model.ts"
import { schedule } from "../../src/compile/schedule.ts"

const node = (op: string, inputs: ReadonlyArray<string>, output: string): OnnxNode => ({
  op,
  inputs,
  outputs: [output]
})
const namesOf = (nodes: ReadonlyArray<OnnxNode>) => nodes.map(({ outputs }) => outputs[0])

/** Two layers there and back, the layer before the last one updated first, as a trained network lists its weights. */
const training = [
  node("Exp", ["x"], "one"),
  node("Exp", ["one"], "two"),
  node("Cos", ["two"], "back2"),
  node("Sin", ["back2"], "back1"),
  node("Mul", ["two", "back2"], "scaled2"),
  node("Add", ["scaled2", "x"], "update2"),
  node("Mul", ["one", "back1"], "update1")
]

const anyNodes = fc
  .array(fc.tuple(fc.constantFrom("Add", "Mul", "Conv", "MatMul"), fc.nat(), fc.nat()), { maxLength: 30 })
  .map((all) =>
    all.map(([op, a, b], i) => {
      const from = (n: number) => (n % (i + 1) === i ? "x" : `n${n % (i + 1)}`)
      return node(op, [from(a), from(b)], `n${i}`)
    })
  )

it("keeps every node, after what it needs", () => {
  fc.assert(
    fc.property(anyNodes, (nodes) => {
      const ordered = schedule(nodes)
      const given = ordered.filter(({ op }) => op !== "Shape")
      expect(given.length).toBe(nodes.length)
      expect(new Set(given)).toEqual(new Set(nodes))
      expect(new Set(namesOf(ordered)).size).toBe(ordered.length)
      const made = new Set(["x"])
      for (const { inputs, outputs } of ordered) {
        for (const input of inputs) expect(made).toContain(input)
        for (const output of outputs) made.add(output)
      }
    })
  )
})

it("puts results last, the one that can be had first at the end", () => {
  expect(namesOf(schedule(training)).slice(-2)).toEqual(["update1", "update2"])
  const [one, two, back2, back1, scaled2, update2, update1] = training
  const otherwise = schedule([one, two, back2, back1, update1, scaled2, update2])
  expect(namesOf(otherwise).slice(-2)).toEqual(["update1", "update2"])
})

/** The names of nodes in the order in which ONNX Runtime runs them. */
const runOrder = async (nodes: ReadonlyArray<OnnxNode>, outputs: ReadonlyArray<string>) => {
  const folder = mkdtempSync(join(tmpdir(), "schedule-"))
  try {
    const { InferenceSession, Tensor } = await import("onnxruntime-node")
    const value = (name: string, length = 2) => ({ name, type: "float32" as const, dims: [length] })
    const model = encodeOnnx({
      name: "training",
      nodes,
      constants: [],
      inputs: [value("x")],
      outputs: outputs.map((name) => value(name, name === "together" ? 4 : 2)),
      opsets: { "": 17 }
    })
    const session = await InferenceSession.create(model, {
      graphOptimizationLevel: "disabled",
      enableProfiling: true,
      profileFilePrefix: join(folder, "profile")
    })
    await session.run({ x: new Tensor("float32", [1, 2], [2]) })
    session.endProfiling()
    await session.release()
    const [file] = readdirSync(folder)
    const events: ReadonlyArray<{ readonly name: string }> = JSON.parse(readFileSync(join(folder, file), "utf8"))
    return events.flatMap(({ name }) => /^(.*)_kernel_time$/.exec(name)?.[1] ?? [])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

it("makes ONNX Runtime update a weight before it goes on to the next gradient", async () => {
  const order = await runOrder(schedule(training), ["update1", "update2"])
  expect(order.indexOf("update2")).toBeLessThan(order.indexOf("back1"))
  expect(order.slice().sort()).toEqual(namesOf(training).slice().sort())
})

it("makes it compute each gradient in its turn, also of weights that are updated together", async () => {
  const joined = { ...node("Concat", ["gradient2", "gradient1"], "together"), attributes: { axis: { int: 0 } } }
  const [one, two, back2, back1] = training
  const gradients = [node("Tan", ["back2"], "gradient2"), node("Tan", ["back1"], "gradient1")]
  const apart = [one, two, back2, gradients[0], back1, gradients[1], node("Add", ["back1", "x"], "other1"), joined]
  const scheduled = schedule(apart)
  expect(scheduled.filter(({ op }) => op === "Shape").map(({ inputs }) => inputs)).toEqual([["gradient2"]])
  const order = await runOrder(scheduled, ["together", "other1"])
  expect(order.indexOf("gradient2")).toBeLessThan(order.indexOf("back1"))
  // Nothing is asked for where there is but one result.
  expect(schedule(apart.filter(({ outputs }) => outputs[0] !== "other1")).every(({ op }) => op !== "Shape")).toBe(true)
})
