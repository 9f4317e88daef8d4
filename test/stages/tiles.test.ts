import * as fc from "fast-check"
import { expect, it } from "vitest"
import { blend, startsOf, tilesOf } from "../../src/stages/tiles.ts"

const layout = fc
  .record({
    tile: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
    more: fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 })),
    overlap: fc.double({ min: 0, max: 0.99, noNaN: true })
  })
  .map(({ tile, more, overlap }) => ({
    slice: { height: tile[0] + more[0], width: tile[1] + more[1] },
    window: { size: tile, overlap }
  }))

it("tiles cover a slice, lie inside it, and overlap as much as was asked for", () => {
  fc.assert(
    fc.property(layout, ({ slice, window }) => {
      const seen = new Uint8Array(slice.height * slice.width)
      const tiles = tilesOf(slice, window)
      for (const { top, left, height, width } of tiles) {
        expect(top + height).toBeLessThanOrEqual(slice.height)
        expect(left + width).toBeLessThanOrEqual(slice.width)
        for (let r = 0; r < height; r++)
          seen.fill(1, (top + r) * slice.width + left, (top + r) * slice.width + left + width)
      }
      expect(seen.every((covered) => covered === 1)).toBe(true)
      expect(tiles.map(({ last }) => last)).toEqual([...tiles.keys()].map((i) => i === tiles.length - 1))
    })
  )
  expect(startsOf(10, 4, 0.5)).toEqual([0, 2, 4, 6])
  expect(startsOf(11, 4, 0.5)).toEqual([0, 2, 4, 6, 7])
  expect(startsOf(11, 4, 0)).toEqual([0, 4, 7])
  expect(startsOf(4, 4, 0.9)).toEqual([0])
})

it("weights sum to one: tiles that agree give exactly what they agree on, in every channel", () => {
  fc.assert(
    fc.property(
      layout,
      fc.integer({ min: 1, max: 3 }),
      fc.float({ min: 0, max: 1, noNaN: true }),
      (given, channels, value) => {
        const { slice, window } = given
        const blended = blend(slice, window, channels)
        const image = Float32Array.from({ length: slice.height * slice.width * channels }, (_, i) => value / (i + 1))
        for (const { top, left, height, width } of tilesOf(slice, window)) {
          const values = Float32Array.from({ length: height * width * channels }, (_, i) => {
            const [pixel, k] = [Math.floor(i / channels), i % channels]
            return image[((top + Math.floor(pixel / width)) * slice.width + left + (pixel % width)) * channels + k]
          })
          blended.add({ top, left }, values)
        }
        expect(blended.result()).toEqual(image)
      }
    )
  )
})

it("without a window a slice is its only tile", () => {
  const slice = { height: 7, width: 5 }
  expect(tilesOf(slice, undefined)).toEqual([{ slice, top: 0, left: 0, height: 7, width: 5, last: true }])
})
