import { add, mul, sub, tensor4d } from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { tensorsAlive } from "../../src/backend/backend.ts"
import { auc } from "../../src/metrics/auc.ts"
import { scores } from "../../src/metrics/scores.ts"
import { conv2d, conv2dSpec } from "../../src/modules/conv2d.ts"
import { defineNetwork } from "../../src/modules/networks/network.ts"
import { evaluate } from "../../src/pipelines/evaluate.ts"
import { metricOf, metricsOf } from "../../src/pipelines/metricsOf.ts"
import type { Protocol } from "../../src/pipelines/protocol.ts"
import { keepLargestVolume } from "../../src/stages/postprocess/keepLargest.ts"
import { readCase } from "../../src/stages/readCase.ts"
import { restackCase } from "../../src/stages/restack.ts"
import { scoreCase } from "../../src/stages/scoreCase.ts"
import { slicesOf } from "../../src/stages/slice.ts"
import { windowVolume } from "../../src/stages/window.ts"
import { tinyFiles, tinyProtocol, tinyValue } from "../support/tinyProtocol.ts"

/** A network that needs no training: its logit is 4 (pixel - 0.7). */
const bright = defineNetwork({
  name: "bright",
  config: {},
  spec: { gain: conv2dSpec({ in: 1, out: 1, kernel: 1 }) },
  forward: (p, x) => ({ logits: mul(sub(conv2d(p.gain, x), 0.7), 4) })
})
const params = new Map([
  ["gain.kernel", { shape: [1, 1, 1, 1], data: Float32Array.of(1) }],
  ["gain.bias", { shape: [1], data: Float32Array.of(0) }]
])
const cases = ["volume-0", "volume-1"]
const test = (protocol: Protocol, masks?: string) =>
  Stream.runCollect(evaluate({ network: bright, params }, "lits", protocol, { cases, ...(masks && { masks }) }))

/** The same by hand, without streams. */
const byHand = (files: ReturnType<typeof tinyFiles>, n: number) =>
  Effect.map(tinyEffect(files, n), (patient) => {
    const windowed = { ...patient, image: windowVolume(patient.image) }
    const slices = [...slicesOf(windowed, { size: [16, 16] })]
    const probabilities = slices.map(({ pixels }) => pixels.map((x) => 1 / (1 + Math.exp(-4 * (x - 0.7)))))
    const truths = slices.map(({ labels = new Uint8Array() }) => labels.map((label) => (label === 2 ? 1 : 0)))
    const masks = slices.map(({ labels, ...slice }, i) => ({
      ...slice,
      mask: Uint8Array.from(probabilities[i], (p) => (p > 0.5 ? 1 : 0))
    }))
    return { patient, probabilities, truths, masks, volume: restackCase(masks, "mask") }
  })

const tinyEffect = (files: ReturnType<typeof tinyFiles>, n: number) =>
  Effect.promise(() =>
    tinyValue(
      readCase({ id: `volume-${n}`, image: `lits/volume-${n}.nii`, labels: `lits/segmentation-${n}.nii` }),
      files
    )
  )

it("scores all slices of the test patients as images and as a volume", async () => {
  const files = tinyFiles()
  const results = await tinyValue(test({ ...tinyProtocol, keep: "tumor" }), files)
  const alive = tensorsAlive()
  expect(await tinyValue(test(tinyProtocol), files)).toEqual(results)
  expect(tensorsAlive()).toBe(alive)
  expect(results.map(({ caseId, images }) => [caseId, images.length])).toEqual([
    ["volume-0", 4],
    ["volume-1", 4]
  ])
  for (const [n, result] of results.entries()) {
    const { patient, truths, masks, volume, probabilities } = await Effect.runPromise(byHand(files, n))
    expect(result.volume).toEqual(scoreCase(patient, volume, { target: "tumor" }))
    for (const [i, { pixels }] of result.images.entries()) {
      const both = truths[i].filter((truth, j) => truth === 1 && masks[i].mask[j] === 1).length
      expect(pixels.tp).toBe(both)
      expect(pixels.tp + pixels.fp + pixels.fn + pixels.tn).toBe(256)
    }
    if (n === 1) continue
    const exact = auc(
      scores(
        probabilities.flatMap((p) => [...p]),
        truths.flatMap((t) => [...t])
      )
    )
    const area = metricOf(metricsOf([result]), { of: "images", metric: "AUC", aggregation: "pooled" })
    expect(area?.value).toBeCloseTo(exact, 2)
  }
})

it("a contour is measured where both masks mark something", async () => {
  const results = await tinyValue(test(tinyProtocol), tinyFiles())
  for (const { pixels, contour } of results.flatMap(({ images }) => images)) {
    expect(contour !== undefined).toBe(pixels.tp + pixels.fn > 0 && pixels.tp + pixels.fp > 0)
  }
  expect(results[0].images.some(({ contour }) => contour !== undefined)).toBe(true)
})

it("post-processes what is scored in voxels, and writes it where asked", async () => {
  const files = tinyFiles()
  const protocol: Protocol = { ...tinyProtocol, postprocess: [{ kind: "keepLargest" }] }
  const [result] = await tinyValue(test(protocol, "masks"), files)
  const { patient, volume } = await Effect.runPromise(byHand(files, 0))
  const largest = keepLargestVolume(volume)
  expect(result.volume).toEqual(scoreCase(patient, largest, { target: "tumor" }))
  expect(result.mask).toBe("masks/volume-0.nii.gz")
  const written = await tinyValue(
    readCase({ id: "mask", image: "masks/volume-0.nii.gz", labels: "masks/volume-0.nii.gz" }, { maxLabel: 1 }),
    files
  )
  expect(written.labels?.voxels).toEqual(largest.voxels)
})

it("sees slices through the protocol's tiles, and in no other way", async () => {
  const files = tinyFiles()
  const seen: Array<ReadonlyArray<number>> = []
  const watched = { ...bright, check: (shape: ReadonlyArray<number>) => void seen.push(shape) }
  const through = (protocol: Protocol) =>
    tinyValue(Stream.runCollect(evaluate({ network: watched, params }, "lits", protocol, { cases })), files)
  const whole = await through(tinyProtocol)
  expect(seen.every(([, height, width]) => height === 16 && width === 16)).toBe(true)
  seen.length = 0
  // A network that looks at one pixel at a time sees the same through tiles.
  expect(await through({ ...tinyProtocol, tiles: { size: [8, 12] } })).toEqual(whole)
  expect(seen.every(([, height, width]) => height === 8 && width === 12)).toBe(true)
  expect(seen.length).toBeGreaterThan(0)
})

it("averages over the protocol's flips", async () => {
  // A network that marks the right half of whatever it is shown: over both directions no side is the likelier.
  const right = defineNetwork({
    name: "right",
    config: {},
    spec: {},
    forward: (_, x) => {
      const side = Array.from({ length: 16 }, (_, column) => (column < 8 ? -2 : 1))
      return { logits: add(mul(x, 0), tensor4d(side, [1, 1, 16, 1])) }
    }
  })
  const marked = async (protocol: Protocol) => {
    const scored = evaluate({ network: right, params: new Map() }, "lits", protocol, { cases })
    const results = await tinyValue(Stream.runCollect(scored), tinyFiles())
    return results.flatMap(({ images }) => images.map(({ pixels }) => pixels.tp + pixels.fp))
  }
  expect(new Set(await marked(tinyProtocol))).toEqual(new Set([16 * 8]))
  expect(new Set(await marked({ ...tinyProtocol, flips: ["horizontal"] }))).toEqual(new Set([0]))
})
