import "@tensorflow/tfjs-backend-cpu"
import fc from "fast-check"
import { expect, it } from "vitest"
import { agcafNet } from "../../../src/modules/networks/agcafNet.ts"
import { attentionUNet } from "../../../src/modules/networks/attentionUNet.ts"
import { ceNet } from "../../../src/modules/networks/ceNet.ts"
import { r2UNet } from "../../../src/modules/networks/r2UNet.ts"
import { transUNet, transUNetSizes } from "../../../src/modules/networks/transUNet.ts"
import { uNet } from "../../../src/modules/networks/uNet.ts"
import { disposeParams, leaves } from "../../../src/modules/params.ts"
import { exportPyTorch, importPyTorch, type PyTorchModel } from "../../../src/modules/pytorch/convert.ts"
import { declared, initialize, type Params, type Spec } from "../../../src/modules/spec.ts"
import { key } from "../../../src/random/index.ts"

const widths = fc.integer({ min: 1, max: 3 })
const channels = fc.record({ inChannels: fc.integer({ min: 1, max: 3 }), classes: fc.integer({ min: 1, max: 3 }) })

const models: fc.Arbitrary<PyTorchModel<Spec>> = fc.oneof(
  fc
    .record({
      depth: fc.constantFrom(18 as const, 34 as const),
      cpm: fc.boolean(),
      afm: fc.boolean(),
      auxiliary: fc.boolean(),
      guide: fc.constantFrom("post" as const, "origin" as const),
      scales: fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 4 })
    })
    .map((config) => agcafNet({ width: 2, reduceRatios: [4, 2], ...config })),
  fc
    .record({
      width: widths,
      upsampling: fc.constantFrom("transposed" as const, "bilinear" as const, "nearest" as const)
    })
    .map((config) => uNet(config)),
  channels.map((config) => attentionUNet({ width: 2, ...config })),
  fc.boolean().map((attention) => r2UNet({ width: 2, attention })),
  channels.map((config) => ceNet({ width: 4, ...config })),
  fc.constant(transUNet({ ...transUNetSizes.tiny, size: [32, 48], width: 4 }))
)

const bits = (params: Params) => leaves(params).map(([path, tensor]) => [path, tensor.shape, tensor.dataSync()])

it("no two parameters of a network have one name in PyTorch", () => {
  fc.assert(
    fc.property(models, ({ spec, names }) => {
      const paths = declared(spec).map(([path]) => path)
      expect(new Set(paths.map(names)).size).toBe(paths.length)
    })
  )
})

it("export after import and import after export are identities, bit for bit", async () => {
  await fc.assert(
    fc.asyncProperty(models, fc.nat({ max: 1000 }), async (model, seed) => {
      const params = initialize(key(seed), model.spec) as Params
      const state = await exportPyTorch(model, params as never)
      const imported = importPyTorch(model, state) as Params
      expect(bits(imported)).toEqual(bits(params))
      expect(await exportPyTorch(model, imported as never)).toEqual(state)
      disposeParams(params)
      disposeParams(imported)
    }),
    { numRuns: 20 }
  )
})
