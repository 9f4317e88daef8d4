import { grad, oneHot, reshape, type Tensor, tensor1d, transpose } from "@tensorflow/tfjs-core"
import { describe, expect } from "vitest"
import { binaryCrossEntropy, categoricalCrossEntropy, dice, type Loss, tversky } from "../../src/losses/index.ts"
import { everyEngine } from "../support/engines.ts"
import { type Golden, goldenTest } from "../support/golden.ts"

const CASES = [0, 1, 2, 3, 4, 5].map((i) => `F_losses_case${i}`)

const binary = (file: Golden) => [file.image("input.logits"), file.image("input.target")] as const

const categorical = (file: Golden) => {
  const { data, shape } = file.tensor("input.label3")
  return [
    file.image("input.logits3"),
    reshape(oneHot(tensor1d(Int32Array.from(data), "int32"), 3), [...shape, 3])
  ] as const
}

const expectedOf = (file: Golden): Readonly<Record<string, number>> => JSON.parse(file.metadata.get("expected") ?? "")

describe.each(everyEngine)("on $name", ({ name: engine, prepare }) => {
  const evaluate = async (loss: Loss, [logits, target]: readonly [Tensor, Tensor]) => {
    const [value] = await prepare(([x, y]: Array<Tensor>) => loss(x, y))([logits, target]).data()
    return value
  }

  for (const name of CASES) {
    goldenTest(name, "Dice in each activation, denominator, reduction and epsilon", async (file) => {
      const expected = expectedOf(file)
      for (const [kind, activation, operands] of [
        ["k1_sigmoid", "sigmoid", binary(file)],
        ["k3_sigmoid", "sigmoid", categorical(file)],
        ["k3_softmax", "softmax", categorical(file)]
      ] as const) {
        for (const denominator of ["linear", "squared"] as const) {
          for (const reduction of ["pooled", "perImage"] as const) {
            for (const [text, epsilon] of [
              ["1e-05", 1e-5],
              ["1", 1]
            ] as const) {
              const key = `dice_${kind}_${denominator}_${reduction.toLowerCase()}_eps${text}`
              const found = await evaluate(dice({ activation, denominator, reduction, epsilon }), operands)
              expect(Math.abs(found - expected[key]), key).toBeLessThan(1e-5)
            }
          }
        }
      }
    })

    goldenTest(name, "cross-entropies, the Dice loss of milesial and the soft IoU of AGPCNet", async (file) => {
      const expected = expectedOf(file)
      const softIou = tversky({ falsePositives: 1, falseNegatives: 1, epsilon: 1, reduction: "perImage" })
      expect(await evaluate(binaryCrossEntropy(), binary(file))).toBeCloseTo(expected.bce_with_logits_mean, 5)
      expect(await evaluate(categoricalCrossEntropy(), categorical(file))).toBeCloseTo(
        expected.cross_entropy_k3_mean,
        5
      )
      expect(await evaluate(dice({ epsilon: 1e-6 }), binary(file))).toBeCloseTo(
        expected["milesial_dice_loss_k1_pooled_eps1e-6"],
        5
      )
      expect(await evaluate(softIou, binary(file))).toBeCloseTo(expected.softiou_agpcnet_smooth1, 5)
    })

    goldenTest(name, "gradients of Dice and binary cross-entropy", async (file) => {
      const cases: ReadonlyArray<readonly [string, Loss, readonly [Tensor, Tensor]]> = [
        ["grad.dice_k1_linear_pooled_eps1e-5", dice(), binary(file)],
        ["grad.dice_k1_squared_pooled_eps1e-5", dice({ denominator: "squared" }), binary(file)],
        ["grad.bce_mean", binaryCrossEntropy(), binary(file)],
        ["grad.dice_k3_softmax_linear_pooled_eps1e-5", dice({ activation: "softmax" }), categorical(file)]
      ]
      for (const [key, loss, [logits, target]] of cases) {
        const slope = ([x, y]: Array<Tensor>) => transpose(grad((z: Tensor) => loss(z, y))(x), [0, 3, 1, 2])
        const gradient = await prepare(slope)([logits, target]).data()
        expect(gradient, key).toBeAllclose(file.tensor(key).data, { relative: 2e-5, absolute: 1e-9 })
      }
    })
  }

  for (const name of ["C_grad_r18_w3_48_b4", "C_grad_r18_w3_48_b2_element_origin", "C_grad_r18_w3_80_b3_published"]) {
    goldenTest(name, "Dice of AGPCNet's logits", async (file) => {
      const found = await evaluate(dice(), [file.image("output.train"), file.image("input.target")])
      expect(Math.abs(found - file.tensor("output.loss").data[0])).toBeLessThan(
        // The cpu engine sums in double precision.
        engine === "cpu" ? 1e-6 : 5e-6
      )
    })
  }
})
