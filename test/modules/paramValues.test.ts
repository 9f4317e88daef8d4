import "@tensorflow/tfjs-backend-cpu"
import { memory, setBackend } from "@tensorflow/tfjs-core"
import { beforeAll, expect, it } from "vitest"
import { checkValues, disposeParams, initialize, leaves, paramsFrom, uNet, valuesOf } from "../../src/modules/index.ts"
import { key } from "../../src/random/index.ts"

const network = uNet({ width: 1 })
beforeAll(() => setBackend("cpu"))

it("parameters become numbers and tensors again, statistics included", async () => {
  const params = initialize(key(1), network.spec)
  const values = await valuesOf(params)
  const again = paramsFrom(network.spec, values)
  expect(leaves(again).map(([path, { shape }]) => [path, shape])).toEqual(
    leaves(params).map(([path, { shape }]) => [path, shape])
  )
  for (const [path, tensor] of leaves(again)) expect(await tensor.data()).toEqual(values.get(path)?.data)
  disposeParams(params)
  disposeParams(again)
})

it("numbers that do not fit are refused before a tensor is made, each by its path", async () => {
  const params = initialize(key(1), network.spec)
  const values = new Map(await valuesOf(params))
  disposeParams(params)
  const [first, second] = [...values.keys()]
  values.delete(first)
  values.set(second, { shape: [7], data: new Float32Array(7) })
  values.set("surplus", { shape: [], data: new Float32Array(1) })
  const alive = memory().numTensors
  expect(() => paramsFrom(network.spec, values)).toThrow(/do not fit the network: there is no .* \(and 2 more\)/)
  expect(memory().numTensors).toBe(alive)
  try {
    checkValues(network.spec, values)
    expect.unreachable()
  } catch (error) {
    expect(error).toMatchObject({
      _tag: "ParamsError",
      problems: [
        `there is no ${first}`,
        expect.stringMatching(/is \[7\], not \[/),
        expect.stringMatching(/surplus has no place/)
      ]
    })
  }
})
