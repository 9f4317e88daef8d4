import { describe, expect, it } from "vitest"
import { checkProtocol } from "../../src/pipelines/checkProtocol.ts"
import { agcafProtocol, type Protocol, quickProtocol } from "../../src/pipelines/protocol.ts"
import { SCALES } from "../../src/pipelines/scale.ts"

/** As JavaScript and JSON have it. */
const check = (change: object, base = quickProtocol) => checkProtocol({ ...base, ...change } as Protocol)

const without = (setting: keyof Protocol): Protocol =>
  Object.fromEntries(Object.entries(quickProtocol).filter(([name]) => name !== setting)) as unknown as Protocol

it("takes the protocols of this package, as they are and from JSON", () => {
  for (const protocol of [agcafProtocol, quickProtocol, ...Object.values(SCALES).map((scale) => scale.protocol)]) {
    checkProtocol(protocol)
    checkProtocol(JSON.parse(JSON.stringify(protocol)))
  }
})

it("takes every setting that there is", () => {
  check({
    microBatchSize: 2,
    patience: 3,
    flips: ["horizontal"],
    tiles: { size: [64, 64], overlap: 0.25 },
    split: { fold: 2, folds: 3, seed: 1 },
    schedule: { kind: "cosine", floor: 1e-5, per: "epoch", warmUp: 3 },
    optimizer: { kind: "adam", learningRate: 1e-3, beta1: 0.8, beta2: 0.99, epsilon: 1e-6, weightDecay: 0 },
    loss: {
      kind: "sum",
      terms: [
        [1, { kind: "dice", activation: "sigmoid", denominator: "squared", reduction: "pooled", epsilon: 1 }],
        [1, { kind: "focal", gamma: 1, positiveFraction: 0.5 }]
      ]
    },
    augmentation: [
      { kind: "crop", size: [64, 64], around: "mask", resize: true, chance: 0.5 },
      { kind: "elastic", cells: 3, strength: 0.2 },
      { kind: "rotate90" },
      { kind: "noise", sigma: [0, 0.1] },
      { kind: "intensity", gain: [0.9, 1.1], offset: [0, 0], gamma: [1, 1] }
    ],
    postprocess: [
      { kind: "keepLargest", neighbourhood: 6 },
      { kind: "removeSmall", voxels: 3 }
    ]
  })
})

describe("refuses", () => {
  it.each<readonly [change: object, said: string]>([
    [{ epochs: -1 }, "train: epochs is -1; expected a positive integer"],
    [{ monitor: "dice" }, "train: monitor is dice; expected dicePooled or dicePerCase or loss"],
    [{ sampling: "even" }, "train: sampling is even; expected uniform or balanced"],
    [{ seed: 1.5 }, "train: seed is 1.5; expected an integer"],
    [{ patience: 0 }, "train: patience is 0"],
    [{ threshold: 1.5 }, "predict: threshold is 1.5; expected a number from 0 to 1"],
    [{ flips: ["diagonal"] }, "predict: flips is diagonal"],
    [{ window: { level: 0, width: -1 } }, "window: level and width is 0 and -1"],
    [{ tiles: { size: [96, 96] } }, "protocol: tiles.size is [96, 96]; slices have 80 x 112 pixels"],
    [{ optimizer: { kind: "adam", learningRate: -1 } }, "the training schedule has no rate for step 0"],
    [{ schedule: { kind: "constant", warmUp: -5 } }, "the training schedule has no rate for step 0"],
    [{ loss: { kind: "dice", reduction: "mean" } }, "dice: reduction is"],
    [{ augmentation: [{ kind: "flip", axis: "vertical", probability: 2 }] }, "flip: probability must lie in [0, 1]"],
    [{ augmentation: [{ kind: "crop", size: [96, 96] }] }, "crop: a window of [96, 96] does not fit"],
    [{ postprocess: [{ kind: "keepInside" }] }, "keepInside needs a mask of each liver"]
  ])("what a stage would refuse: %o", (change, said) => {
    expect(() => check(change)).toThrow(said)
  })

  it.each<readonly [split: object, said: string]>([
    [{ ratios: [5, 1, 0], seed: 1 }, "ratios of 5:1:0 leave no patient to test; the third must be above 0"],
    [{ ratios: [1, 1], seed: 1 }, "ratios must be three, to train, validate and test"],
    [{ ratios: "8:1:1", seed: 1 }, "found 8:1:1"],
    [{ ratios: [8, 1, 1], seed: 1.5 }, "the seed must be an integer; found 1.5"],
    [{ fold: 9, folds: 5, seed: 1 }, "there is no fold 9 of 5; they count from 0"],
    [{ fold: 0, folds: 2, seed: 1 }, "2 folds leave nothing to train on"]
  ])("a split that cannot be: %o", (split, said) => {
    expect(() => check({ split })).toThrow(
      expect.objectContaining({ _tag: "SplitError", message: expect.stringContaining(said) })
    )
  })

  it.each<readonly [change: object, setting: string, meant: string | undefined]>([
    [{ batchsize: 8, learningRate: 0.1 }, "batchsize", "batchSize"],
    [{ epoch: 3 }, "epoch", "epochs"],
    [{ learningRate: 0.1 }, "learningRate", undefined],
    [{ constructor: 1 }, "constructor", undefined],
    [{ window: { level: 0, width: 400, widht: 3 } }, "window.widht", "width"],
    [{ split: { ratio: [8, 1, 1], seed: 1 } }, "split.ratio", "ratios"],
    [{ split: { ratios: [8, 1, 1], seed: 1, fold: 2 } }, "split.fold", undefined],
    [{ split: { fold: 0, folds: 3, sed: 1 } }, "split.sed", "seed"],
    [{ optimizer: { kind: "adamW", learningRate: 1, weigthDecay: 1 } }, "optimizer.weigthDecay", "weightDecay"],
    [{ schedule: { kind: "poly", power: 1, warmup: 3 } }, "schedule.warmup", "warmUp"],
    [{ loss: { kind: "dice", epsilom: 1 } }, "loss.epsilom", "epsilon"],
    [{ loss: { kind: "sum", terms: [[1, { kind: "focal", gama: 1 }]] } }, "loss.terms[0][1].gama", "gamma"],
    [{ augmentation: [{ kind: "rotate90", chanse: 1 }] }, "augmentation[0].chanse", "chance"],
    [{ tiles: { size: [32, 32], overlaps: 0 } }, "tiles.overlaps", "overlap"],
    [{ postprocess: [{ kind: "removeSmall", mm3: 1, voxel: 2 }] }, "postprocess[0].voxel", "voxels"]
  ])("an unknown key, with those that are known: %o", (change, setting, meant) => {
    const hint = meant === undefined ? "known are " : `did you mean ${meant}? known are `
    expect(() => check(change)).toThrow(
      expect.objectContaining({
        _tag: "ProtocolError",
        setting,
        expected: expect.stringContaining(`there is no such setting; ${hint}`)
      })
    )
  })

  it.each<readonly [change: object, message: string]>([
    [
      { loss: { kind: "dicee" } },
      'loss.kind is "dicee"; did you mean dice? it must be dice, binaryCrossEntropy, focal, tversky or sum'
    ],
    [{ optimizer: { kind: "rmsprop" } }, 'optimizer.kind is "rmsprop"; it must be sgd, adam or adamW'],
    [{ schedule: { kind: "step" } }, 'schedule.kind is "step"; it must be constant, poly or cosine'],
    [
      { augmentation: [{ kind: "flipp" }] },
      'augmentation[0].kind is "flipp"; did you mean flip? ' +
        "it must be crop, elastic, flip, intensity, noise, rotate, rotate90 or scale"
    ],
    [{ tested: "bestt" }, 'tested is "bestt"; did you mean best? it must be best or last'],
    [{ target: ["liver", "tumor"] }, 'target is ["liver", "tumor"]; it must be tumor, liver or wholeLiver'],
    [{ loss: { kind: "toString" } }, 'loss.kind is "toString"; it must be'],
    [{ loss: {} }, "loss.kind is undefined; it must be dice"],
    [{ loss: "dice" }, 'loss is "dice"; it must be an object with kind'],
    [{ window: "liver" }, 'window is "liver"; it must be an object with level and width'],
    [{ schedule: { kind: "poly", power: 1, per: "epochs" } }, 'schedule.per is "epochs"; did you mean epoch?'],
    [{ augmentation: [{ kind: "flip", axis: "diagonal" }] }, 'augmentation[0].axis is "diagonal"; it must be'],
    [{ augmentation: [{ kind: "rotate", degrees: 15 }] }, "augmentation[0].degrees is 15; it must be a list of two"],
    [{ augmentation: { kind: "flip" } }, "augmentation is an object; it must be a list"],
    [{ optimizer: { kind: "adamW", learningRate: "0.1" } }, 'optimizer.learningRate is "0.1"; it must be a number'],
    [{ optimizer: { kind: "sgd", learningRate: 1 } }, "optimizer.momentum is undefined; it must be given"]
  ])("an unknown kind or choice: %o", (change, message) => {
    expect(() => check(change)).toThrow(`protocol: ${message}`)
  })

  it.each(
    Object.keys(quickProtocol) as ReadonlyArray<keyof Protocol>
  )("a protocol without %s, if it needs it", (name) => {
    if (name === "field") checkProtocol(without(name))
    else expect(() => checkProtocol(without(name))).toThrow(`protocol: ${name} is undefined; it must be given`)
  })

  it("what is no protocol at all", () => {
    expect(() => checkProtocol(null as unknown as Protocol)).toThrow("protocol: it is null; it must be an object with ")
  })
})
