import "@tensorflow/tfjs-backend-cpu"
import { tidy } from "@tensorflow/tfjs-core"
import fc from "fast-check"
import { expect, it } from "vitest"
import { adaptiveAvgPool, adaptiveMaxPool } from "../../../src/modules/adaptivePool.ts"
import { afm, afmSpec } from "../../../src/modules/afm.ts"
import { agcb, agcbSpec } from "../../../src/modules/agcb.ts"
import { basicBlock, basicBlockSpec } from "../../../src/modules/basicBlock.ts"
import { bilinear } from "../../../src/modules/bilinear.ts"
import { channelAttention, channelAttentionSpec } from "../../../src/modules/channelAttention.ts"
import { cpm, cpmSpec } from "../../../src/modules/cpm.ts"
import { gnfm, gnfmSpec } from "../../../src/modules/gnfm.ts"
import { head, headSpec } from "../../../src/modules/head.ts"
import { inference, type Mode } from "../../../src/modules/mode.ts"
import { nonLocal, nonLocalSpec } from "../../../src/modules/nonLocal.ts"
import { pixelAttention, pixelAttentionSpec } from "../../../src/modules/pixelAttention.ts"
import { resnet, resnetSpec } from "../../../src/modules/resnet.ts"
import { training } from "../../support/agpcNet.ts"
import { noise } from "../../support/linearMap.ts"
import { randomParams } from "../../support/randomParams.ts"

const side = fc.integer({ min: 1, max: 13 })
const map = fc.record({ batch: fc.integer({ min: 1, max: 2 }), height: side, width: side })
/** Channels as a product, so that each factor is a ratio that divides them. */
const reduced = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(1, 2, 3))
const modes = fc.constantFrom<() => Mode>(() => inference, training)

const guide = fc.constantFrom("post", "origin")
const fusion = fc.constantFrom("patch", "element")
const partition = fc.constantFrom("floor", "ceil")
const scale = fc.integer({ min: 1, max: 16 })

const holds = <T>(arbitrary: fc.Arbitrary<T>, law: (value: T) => void) =>
  fc.assert(
    fc.property(arbitrary, (value) => {
      tidy(() => law(value))
    }),
    { numRuns: 25, seed: 1 }
  )

it("resizing and pooling give the size that is asked for", () => {
  holds(fc.record({ map, size: fc.tuple(side, side) }), ({ map: { batch, height, width }, size }) => {
    const x = noise([batch, height, width, 2], 1)
    const expected = [batch, ...size, 2]
    expect(bilinear(x, size).shape).toEqual(expected)
    expect(adaptiveMaxPool(x, size).shape).toEqual(expected)
    expect(adaptiveAvgPool(x, size).shape).toEqual(expected)
  })
})

it("attentions keep the shape of the map, or of its channels", () => {
  holds(fc.record({ map, reduced, modes }), ({ map: { batch, height, width }, reduced: [inner, ratio], modes }) => {
    const channels = inner * ratio
    const x = noise([batch, height, width, channels], 1)
    const block = randomParams(nonLocalSpec({ channels, reduceRatio: ratio }), 1)
    expect(nonLocal(block, x).shape).toEqual(x.shape)
    const pixel = pixelAttention(randomParams(pixelAttentionSpec(channels), 2), x, modes())
    expect(pixel.shape).toEqual(x.shape)
    const channel = channelAttention(randomParams(channelAttentionSpec(channels), 3), x, modes())
    expect(channel.shape).toEqual([batch, 1, 1, channels])
    for (const gate of [...pixel.dataSync(), ...channel.dataSync()]) {
      expect(gate).toBeGreaterThanOrEqual(0)
      expect(gate).toBeLessThanOrEqual(1)
    }
  })
})

it("context blocks keep the shape of the map at any scale, also one beyond the map", () => {
  holds(
    fc.record({ map, reduced, modes, guide, fusion, partition, scale }),
    ({ map: { batch, height, width }, reduced: [inner, ratio], modes, guide, fusion, partition, scale }) => {
      const channels = inner * ratio
      const x = noise([batch, height, width, channels], 1)
      const gnfmParams = randomParams(gnfmSpec({ channels, guide, reduceRatio: ratio }), 1)
      const guideSize = fusion === "patch" ? [Math.min(scale, height), Math.min(scale, width)] : [height, width]
      expect(gnfm(gnfmParams, x, modes(), { scale, fusion }).shape).toEqual([batch, ...guideSize, channels])
      const agcbParams = randomParams(agcbSpec({ channels, reduceRatio: ratio, guide }), 2)
      expect(agcb(agcbParams, x, modes(), { scale, fusion, partition }).shape).toEqual(x.shape)
      const scales = [scale, 1, 2]
      const cpmParams = randomParams(cpmSpec({ channels, scales, reduceRatios: [ratio, inner], guide }), 3)
      expect(cpm(cpmParams, x, modes(), { scales, fusion, partition }).shape).toEqual(x.shape)
    }
  )
})

it("fusion has the shape of the shallow map, a head that of its classes", () => {
  const count = fc.integer({ min: 1, max: 5 })
  holds(
    fc.record({ map, modes, high: count, low: count, attention: fc.boolean() }),
    ({ map: { batch, height, width }, modes, high, low, attention }) => {
      const shallow = noise([batch, height, width, low], 1)
      const deep = noise([batch, height, width, high], 2)
      const params = randomParams(afmSpec({ high, low, attention }), 1)
      expect(afm(params, deep, shallow, modes()).shape).toEqual(shallow.shape)
      const headParams = randomParams(headSpec({ in: low, classes: high }), 2)
      const logits = head(headParams, shallow, modes(), { dropout: 0.1, purpose: "head" })
      expect(logits.shape).toEqual([batch, height, width, high])
    }
  )
})

it("the backbone halves the map three times, rounding up", () => {
  holds(fc.record({ map, modes, w: fc.integer({ min: 1, max: 3 }) }), ({ map: { batch, height, width }, modes, w }) => {
    const halved = (times: number) =>
      [height, width].map((n) => Array.from({ length: times }).reduce<number>((m) => Math.ceil(m / 2), n))
    const x = noise([batch, height, width, 2], 1)
    const { c1, c2, c3 } = resnet(randomParams(resnetSpec({ in: 2, width: w, depth: 18 }), 1), x, modes())
    expect(c1.shape).toEqual([batch, ...halved(1), 2 * w])
    expect(c2.shape).toEqual([batch, ...halved(2), 4 * w])
    expect(c3.shape).toEqual([batch, ...halved(3), 8 * w])
    const block = randomParams(basicBlockSpec({ in: 2, out: w, stride: 2 }), 2)
    expect(basicBlock(block, x, modes(), { stride: 2 }).shape).toEqual([batch, ...halved(1), w])
  })
})
