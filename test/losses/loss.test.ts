import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import { mean, memory, ones, scalar, sub, Tensor, tensor1d, tensor4d, valueAndGrad, zeros } from "@tensorflow/tfjs-core"
import { expect, it, vi } from "vitest"
import {
  binaryCrossEntropy,
  categoricalCrossEntropy,
  defineLoss,
  dice,
  focal,
  type Loss,
  LossError,
  LossOptionError,
  totalLoss,
  tversky,
  weightedSum
} from "../../src/losses/index.ts"

it.each([
  ["another size", dice(), [1, 2, 2, 1], [1, 2, 3, 1], "the shapes must agree"],
  ["labels where masks belong", categoricalCrossEntropy(), [1, 2, 2, 3], [1, 2, 2], "the shapes must agree"],
  ["softmax of one class", dice({ activation: "softmax" }), [1, 2, 2, 1], [1, 2, 2, 1], "take a sigmoid"],
  [
    "weights for other classes",
    categoricalCrossEntropy({ classWeights: [1] }),
    [1, 2, 2, 2],
    [1, 2, 2, 2],
    "1 classes"
  ],
  ["an empty batch", dice(), [0, 2, 2, 1], [0, 2, 2, 1], "nothing to compare"],
  ["numbers without classes", focal(), [4], [4], "[batch, ...space, classes]"]
])("refuses %s before it makes a tensor", (_, loss, logits, target, reason) => {
  const [x, t] = [zeros(logits), zeros(target)]
  const before = memory().numTensors
  expect(() => loss(x, t)).toThrow(LossError)
  expect(() => loss(x, t)).toThrow(reason)
  expect(memory().numTensors).toBe(before)
})

it("takes masks of booleans and integers", () => {
  const logits = tensor4d([1, -1], [1, 1, 2, 1])
  const [expected] = dice()(logits, tensor4d([1, 0], [1, 1, 2, 1])).dataSync()
  for (const type of ["bool", "int32"] as const) {
    expect(dice()(logits, tensor4d([1, 0], [1, 1, 2, 1], type)).dataSync()[0]).toBe(expected)
  }
})

it("takes volumes as well as images", () => {
  const volume = ones([1, 2, 2, 2, 1])
  expect(dice({ epsilon: 0 })(volume, volume).dataSync()[0]).toBeCloseTo(1 - 1.4621 / 1.7311, 3)
})

it("is made of a formula by whoever needs another", () => {
  const bias = defineLoss("bias", (logits, target) => mean(sub(logits, target)))
  expect(bias(ones([1, 2, 1]), zeros([1, 2, 1])).dataSync()[0]).toBe(1)
  expect(() => bias(ones([1, 2, 1]), zeros([1, 1, 1]))).toThrow("bias of logits [1, 2, 1] and target [1, 1, 1]")
})

it("reads no tensor, neither for its value nor for its gradient, so that it can be traced", () => {
  const read = vi.spyOn(Tensor.prototype, "dataSync").mockImplementation(() => {
    throw new Error("a value was read")
  })
  try {
    const [x, t] = [ones([1, 2, 2, 2]), ones([1, 2, 2, 2])]
    const half = scalar(0.5)
    for (const loss of [
      dice({ activation: "softmax", denominator: "squared", reduction: "perImage" }),
      tversky({ falsePositives: half, falseNegatives: half }),
      binaryCrossEntropy({ positiveWeight: half }),
      categoricalCrossEntropy({ classWeights: tensor1d([1, 2]) }),
      focal({ gamma: half, positiveFraction: half }),
      focal({ activation: "softmax", gamma: half }),
      weightedSum([[half, dice()]])
    ]) {
      valueAndGrad((logits: Tensor) => loss(logits, t))(x)
    }
  } finally {
    read.mockRestore()
  }
})

it.each<[string, string, () => unknown]>([
  [
    "a choice of dice",
    'dice: activation is "softMax"; it must be one of "sigmoid", "softmax"',
    () => dice({ activation: "softMax" as "softmax" })
  ],
  [
    "another",
    'dice: denominator is "square"; it must be one of "linear", "squared"',
    () => dice({ denominator: "square" as "squared" })
  ],
  [
    "a choice of tversky",
    'tversky: reduction is "perimage"; it must be one of "pooled", "perImage"',
    () => tversky({ reduction: "perimage" as "perImage" })
  ],
  [
    "a choice of focal",
    'focal: activation is "none"; it must be one of "sigmoid", "softmax"',
    () => focal({ activation: "none" as "sigmoid" })
  ],
  [
    "a name",
    "tversky: falsePositive is 0.5; there is no such option; known are activation, falsePositives",
    () => tversky({ falsePositive: 0.5 } as object)
  ],
  [
    "a name of Object",
    "focal: toString is 1; there is no such option; known are activation, gamma, positiveFraction",
    () => focal({ toString: 1 } as object)
  ],
  [
    "a name",
    "binaryCrossEntropy: weight is 2; there is no such option; known are positiveWeight",
    () => binaryCrossEntropy({ weight: 2 } as object)
  ],
  [
    "a name",
    "categoricalCrossEntropy: weights is 1,2; there is no such option",
    () => categoricalCrossEntropy({ weights: [1, 2] } as object)
  ],
  [
    "a name",
    "totalLoss: weight is 0.4; there is no such option; known are alpha",
    () => totalLoss(dice(), { weight: 0.4 } as object)
  ]
])("%s that is misspelt is refused where the loss is made: %s", (_, message, make) => {
  expect(make).toThrow(message)
  expect(make).toThrow(LossOptionError)
})

it("an option that is left undefined is at its default", () => {
  expect(() => dice({ activation: undefined } as object)).not.toThrow()
})

it("losses say their names and options as plain data, and those that are alike the same", () => {
  const described = (loss: Loss) => JSON.stringify(loss.described)
  expect(described(dice())).toBe(described(dice({ activation: "sigmoid", denominator: "linear" })))
  expect(focal({ gamma: scalar(2) }).described).toMatchObject({ name: "focal", gamma: "tensor" })
  expect(described(tversky())).not.toBe(described(tversky({ falseNegatives: 0.5 })))
  const mixed = weightedSum([
    [1, binaryCrossEntropy()],
    [0.5, dice()]
  ])
  expect(mixed.described).toMatchObject({ name: "weightedSum", parts: [{ weight: 1 }, { weight: 0.5 }] })
})
