import { memory, scalar, type Tensor, tensor, tensor1d, tensor2d, tidy, zeros } from "@tensorflow/tfjs-core"
import fc from "fast-check"
import { expect, it } from "vitest"
import { adam, adamW, type Optimizer, sgd, type Tensors } from "../../src/optim/index.ts"
import { everyEngine } from "../support/engines.ts"

const rules: ReadonlyArray<Optimizer> = [sgd(), sgd({ momentum: 0.9, weightDecay: 0.1 }), adam(), adamW()]
const shapes = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,3}$/),
  fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
  { minKeys: 1, maxKeys: 6 }
)

/** Numbers that are other for each name. */
const draw = (like: Readonly<Record<string, ReadonlyArray<number>>>, salt: number): Tensors =>
  Object.fromEntries(
    Object.entries(like).map(([name, shape]): [string, Tensor] => {
      const size = shape.reduce((n, side) => n * side, 1)
      const at = [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), salt)
      return [
        name,
        tensor(
          Float32Array.from({ length: size }, (_, i) => Math.sin(at + 7 * i)),
          [...shape]
        )
      ]
    })
  )

/** Small filters, and vectors, a scalar among them. */
const network = { a: [3, 3, 2, 5], b: [3, 3, 2, 7], scale: [7], bias: [5], rate: [], alone: [2, 3] }

it.each(everyEngine)("has the bits of one by one on $name", async ({ prepare }) => {
  for (const rule of rules) {
    const step = ({ weights, gradients }: { readonly weights: Tensors; readonly gradients: Tensors }) => {
      let now = { weights, state: rule.init(weights) }
      for (const learningRate of [0.1, 0.03]) now = rule.update({ ...now, gradients, learningRate })
      return now.weights
    }
    const [weights, gradients] = [draw(network, 1), draw(network, 2)]
    const together = prepare(step)({ weights, gradients })
    for (const name of Object.keys(network)) {
      const only = (tensors: Tensors): Tensors => ({ [name]: tensors[name] })
      const alone = prepare(step)({ weights: only(weights), gradients: only(gradients) })
      expect(await together[name].data(), name).toEqual(await alone[name].data())
    }
  }
})

const backwards = (tensors: Tensors): Tensors => Object.fromEntries(Object.entries(tensors).reverse())

it("moves every weight as by itself, to the bit, in whatever order weights come", () => {
  fc.assert(
    fc.property(fc.constantFrom(...rules), shapes, (rule, like) =>
      tidy(() => {
        const steps = [1, 2].map((salt) => draw(like, salt))
        const start = draw(like, 3)
        const train = (weights: Tensors, gradients: ReadonlyArray<Tensors>): Tensors => {
          let now = { weights, state: rule.init(weights) }
          for (const each of gradients) now = rule.update({ ...now, gradients: each, learningRate: 0.1 })
          return now.weights
        }
        const together = train(start, [steps[0], backwards(steps[1])])
        expect(Object.keys(together)).toEqual(Object.keys(start))
        for (const name of Object.keys(start)) {
          const only = (tensors: Tensors): Tensors => ({ [name]: tensors[name] })
          const alone = train(only(start), steps.map(only))[name]
          expect(together[name].shape).toEqual(alone.shape)
          expect(together[name].dataSync()).toEqual(alone.dataSync())
        }
        const again = train(backwards(start), steps)
        for (const name of Object.keys(start)) expect(again[name].dataSync()).toEqual(together[name].dataSync())
      })
    )
  )
})

it("remembers as one what differs in its last axis alone, and all else under its name", () => {
  const rule = sgd({ momentum: 0.9 })
  const remembered = (weights: Tensors) =>
    Object.entries(rule.init(weights).velocity).map(([name, { shape }]) => [name.replace(/-[0-9a-f]{8}$/, "-*"), shape])
  const vectors = { scale: tensor1d([1, 2]), bias: tensor1d([4]), rate: scalar(5) }
  const filters = { b: zeros([3, 1, 2]), a: zeros([3, 1, 4]), other: zeros([1, 3, 2]), large: zeros([3, 1, 2 ** 14]) }
  expect(remembered({ ...filters, ...vectors })).toEqual([
    ["other", [1, 3, 2]],
    ["large", [3, 1, 2 ** 14]],
    ["3x1xN-*", [3, 1, 6]],
    ["vectors-*", [4]]
  ])
  expect(remembered({ kernel: filters.other, bias: vectors.bias })).toEqual([
    ["kernel", [1, 3, 2]],
    ["bias", [1]]
  ])
})

it("refuses the state of other weights, of which only the sum of lengths is the same", () => {
  const weights = { a: tensor1d([1, 2]), b: tensor1d([3]) }
  for (const other of [
    { a: tensor1d([1]), b: tensor1d([2, 3]) },
    { c: tensor1d([1, 2]), d: tensor1d([3]) }
  ]) {
    const state = sgd({ momentum: 0.9 }).init(other)
    const step = { weights, gradients: weights, state, learningRate: 0.1 }
    expect(() => sgd({ momentum: 0.9 }).update(step)).toThrow("was it made by `init` of other weights?")
  }
})

it("leaves nothing behind but what it returns", () => {
  for (const rule of rules) {
    const weights = { a: tensor1d([1, 2]), b: scalar(3), c: tensor2d([[4]]) }
    const before = memory().numTensors
    const state = rule.init(weights)
    const next = rule.update({ weights, gradients: weights, state, learningRate: 0.1 })
    const made = [state, next.state].flatMap((each) => Object.values(each).flatMap((slot) => Object.values(slot)))
    expect(memory().numTensors - before).toBe(made.length + 3)
  }
})
