import * as node from "onnxruntime-node"
import * as web from "onnxruntime-web"
import { describe, expect, it } from "vitest"
import { encodeOnnx } from "../../../src/compile/onnx/encode.ts"
import { type Ort, type OrtRuntimeOptions, ortRuntime } from "../../../src/compile/runtime/ortRuntime.ts"
import type { RuntimeBuffer } from "../../../src/compile/runtime/runtime.ts"
import { RuntimeError } from "../../../src/compile/runtime/runtimeError.ts"
import { buffer, doubling, failing, onnxModel, onnxValue } from "../../support/onnxModels.ts"

web.env.wasm.numThreads = 1

const bind = (name: string, buffer: RuntimeBuffer) => ({ name, buffer })

const packages: ReadonlyArray<readonly [name: string, ort: Ort, options: OrtRuntimeOptions]> = [
  ["onnxruntime-node", node, { description: "node", providers: ["cpu"], fillsOutputs: true }],
  ["onnxruntime-web", web, { description: "web", providers: ["wasm"], fillsOutputs: false }]
]

describe.each(packages)("on %s", (_, ort, options) => {
  const open = () => ortRuntime(ort, options)

  it("commands are carried out in their order", async () => {
    const runtime = open()
    const session = runtime.load(doubling(3))
    let x = buffer(3)
    runtime.write(x, Float32Array.of(1, 2, 3))
    const first = runtime.read(x)
    for (let i = 0; i < 4; i++) {
      const y = buffer(3)
      runtime.run(session, [bind("x", x)], [bind("y", y)])
      runtime.free([x])
      x = y
    }
    const last = runtime.read(x)
    runtime.free([x])
    expect(await first).toEqual(Float32Array.of(1, 2, 3))
    expect(await last).toEqual(Float32Array.of(16, 32, 48))
    await runtime.close()
  })

  it("a buffer may be freed while a run that reads it waits, and another be written", async () => {
    const runtime = open()
    const session = runtime.load(doubling(1000))
    const [x, y, z] = [buffer(1000), buffer(1000), buffer(1000)]
    runtime.write(x, new Float32Array(1000).fill(1))
    runtime.run(session, [bind("x", x)], [bind("y", y)])
    runtime.free([x])
    runtime.write(z, new Float32Array(1000).fill(7))
    expect(await runtime.read(y)).toEqual(new Float32Array(1000).fill(2))
    expect(await runtime.read(z)).toEqual(new Float32Array(1000).fill(7))
    await runtime.close()
  })

  it("what the caller writes and reads stays its own", async () => {
    const runtime = open()
    const x = buffer(2)
    const data = Float32Array.of(1, 2)
    runtime.write(x, data)
    data.fill(9)
    const read = await runtime.read(x)
    expect(read).toEqual(Float32Array.of(1, 2))
    read.fill(9)
    expect(await runtime.read(x)).toEqual(Float32Array.of(1, 2))
    await runtime.close()
  })

  it("inputs stay as they are, also where an output equals them", async () => {
    const runtime = open()
    const node = (op: string, ...outputs: ReadonlyArray<string>) => ({ op, inputs: ["x"], outputs })
    const session = runtime.load(
      encodeOnnx(
        onnxModel([node("Identity", "y"), node("Identity", "z")], {
          outputs: [onnxValue("y", "float32", 2, 3), onnxValue("z", "float32", 2, 3)]
        })
      )
    )
    const double = runtime.load(doubling(2, 3))
    const [x, y, z, doubled] = [buffer(2, 3), buffer(2, 3), buffer(2, 3), buffer(2, 3)]
    const data = Float32Array.of(1, 2, 3, 4, 5, 6)
    runtime.write(x, data)
    runtime.run(session, [bind("x", x)], [bind("y", y), bind("z", z)])
    runtime.free([x])
    runtime.run(double, [bind("x", y)], [bind("y", doubled)])
    for (const same of [y, z]) expect(await runtime.read(same)).toEqual(data)
    expect(await runtime.read(doubled)).toEqual(data.map((each) => 2 * each))
    await runtime.close()
  })

  it("whole numbers, truth values, single numbers and empty tensors cross the border", async () => {
    const runtime = open()
    const session = runtime.load(
      encodeOnnx(
        onnxModel(
          [
            { op: "Less", inputs: ["a", "b"], outputs: ["less"] },
            { op: "Add", inputs: ["a", "b"], outputs: ["sum"] },
            { op: "Not", inputs: ["none"], outputs: ["empty"] }
          ],
          {
            inputs: [onnxValue("a", "int32"), onnxValue("b", "int32"), onnxValue("none", "bool", 0, 2)],
            outputs: [onnxValue("less", "bool"), onnxValue("sum", "int32"), onnxValue("empty", "bool", 0, 2)]
          }
        )
      )
    )
    const int = () => ({ ...buffer(), type: "int32" as const })
    const [a, b, sum] = [int(), int(), int()]
    const less = { ...buffer(), type: "bool" as const }
    const [none, empty] = [buffer(0, 2), buffer(0, 2)].map((each) => ({ ...each, type: "bool" as const }))
    runtime.write(a, Int32Array.of(-5))
    runtime.write(b, Int32Array.of(7))
    runtime.write(none, new Uint8Array(0))
    runtime.run(
      session,
      [bind("a", a), bind("b", b), bind("none", none)],
      [bind("less", less), bind("sum", sum), bind("empty", empty)]
    )
    expect(await runtime.read(less)).toEqual(Uint8Array.of(1))
    expect(await runtime.read(sum)).toEqual(Int32Array.of(2))
    expect(await runtime.read(empty)).toEqual(new Uint8Array(0))
    await runtime.close()
  })

  it("a run that fails spoils what it was to fill and what is made of that, and nothing else", async () => {
    const runtime = open()
    const gather = runtime.load(failing(2, 3))
    const double = runtime.load(doubling(3))
    const [x, y, z] = [buffer(2, 3), buffer(3), buffer(3)]
    const i = { ...buffer(), type: "int32" as const }
    runtime.write(x, Float32Array.of(1, 2, 3, 4, 5, 6))
    runtime.write(i, Int32Array.of(100))
    runtime.run(gather, [bind("x", x), bind("i", i)], [bind("y", y)])
    runtime.run(double, [bind("x", y)], [bind("y", z)])
    const cause = await runtime.read(y).catch((error: unknown) => error)
    expect(cause).toBeInstanceOf(RuntimeError)
    expect((cause as RuntimeError).message).toMatch(/^ONNX Runtime: .*indices element out of data bounds, idx=100/s)
    await expect(runtime.read(z)).rejects.toBe(cause)
    const index = { ...buffer(), type: "int32" as const }
    const [row, twice] = [buffer(3), buffer(3)]
    runtime.write(index, Int32Array.of(1))
    runtime.run(gather, [bind("x", x), bind("i", index)], [bind("y", row)])
    runtime.run(double, [bind("x", row)], [bind("y", twice)])
    expect(await runtime.read(twice)).toEqual(Float32Array.of(8, 10, 12))
    await runtime.close()
  })

  it("a model that cannot be loaded spoils what its runs were to fill", async () => {
    const runtime = open()
    const session = runtime.load(Uint8Array.of(1, 2, 3))
    const [x, y] = [buffer(3), buffer(3)]
    runtime.write(x, new Float32Array(3))
    runtime.run(session, [bind("x", x)], [bind("y", y)])
    runtime.unload(session)
    await expect(runtime.read(y)).rejects.toThrow(/protobuf parsing failed/)
    await runtime.close()
  })

  it("a shape that the model does not give is refused", async () => {
    const runtime = open()
    const session = runtime.load(doubling(3))
    const [x, y] = [buffer(3), buffer(4)]
    runtime.write(x, new Float32Array(3))
    runtime.run(session, [bind("x", x)], [bind("y", y)])
    await expect(runtime.read(y)).rejects.toThrow(/Got invalid dimensions for output: y|"y" is not float32 \[4\]/)
    await runtime.close()
  })

  it("a freed buffer and an unloaded session are there no more", async () => {
    const runtime = open()
    const session = runtime.load(doubling(3))
    const [x, y] = [buffer(3), buffer(3)]
    runtime.write(x, new Float32Array(3))
    runtime.unload(session)
    runtime.run(session, [bind("x", x)], [bind("y", y)])
    await expect(runtime.read(y)).rejects.toThrow(/session 0 was unloaded/)
    runtime.free([x, x])
    await expect(runtime.read(x)).rejects.toThrow(/was freed, or never filled/)
    await runtime.close()
  })

  it("closing lets what waits reject, and what comes after", async () => {
    const runtime = open()
    const x = buffer(3)
    runtime.load(doubling(3))
    runtime.write(x, new Float32Array(3))
    const waiting = runtime.read(x)
    const closed = runtime.close()
    await expect(waiting).rejects.toThrow("ONNX Runtime: it was closed")
    await closed
    await expect(runtime.read(x)).rejects.toThrow("ONNX Runtime: it was closed")
    await runtime.close()
  })

  it("memory does not grow with the number of steps", { timeout: 60_000 }, async () => {
    const runtime = open()
    const size = 1 << 19
    const session = runtime.load(doubling(size))
    const small = buffer()
    runtime.write(small, new Float32Array(1))
    let x = buffer(size)
    runtime.write(x, new Float32Array(size))
    const megabytes: Array<number> = []
    for (let step = 0; step < 200; step++) {
      const y = buffer(size)
      runtime.run(session, [bind("x", x)], [bind("y", y)])
      runtime.free([x])
      x = y
      if (step % 20 !== 19) continue
      await runtime.read(small)
      megabytes.push(process.memoryUsage().rss / 1e6)
    }
    // All outputs together take 420 MB. What else a process holds varies, and the collector decides when arrays go.
    expect(Math.max(...megabytes) - megabytes[0]).toBeLessThan(options.fillsOutputs ? 200 : 300)
    await runtime.close()
  })
})

it("outputs go into arrays of freed buffers, and never into one that is in use", async () => {
  const arrays = new Set<ArrayBufferLike>()
  const Tensor = new Proxy(node.Tensor, {
    construct: (target, args: ConstructorParameters<typeof node.Tensor>) => {
      arrays.add((args[1] as unknown as Float32Array).buffer)
      return new target(...args)
    }
  })
  const runtime = ortRuntime({ ...node, Tensor }, packages[0][2])
  const session = runtime.load(doubling(10))
  let x = buffer(10)
  runtime.write(x, new Float32Array(10).fill(1))
  const kept = x
  for (let step = 0; step < 100; step++) {
    const y = buffer(10)
    runtime.run(session, [bind("x", x)], [bind("y", y)])
    if (x !== kept) runtime.free([x])
    x = y
  }
  expect((await runtime.read(x))[0]).toBe(2 ** 100)
  expect(await runtime.read(kept)).toEqual(new Float32Array(10).fill(1))
  expect(arrays.size).toBe(3)
  await runtime.close()
})
