import type { Sample } from "../../src/volume/index.ts"
import { drawn, someSample } from "./sample.ts"

/** Ten images of four cases that show their masks, every third one empty. */
export const someSamples = (prefix = "volume", count = 10): ReadonlyArray<Sample> =>
  Array.from({ length: count }, (_, i) => {
    const sample = someSample({ caseId: `${prefix}-${i % 4}`, index: i, height: 8, width: 8, empty: i % 3 === 2 })
    const { pixels } = drawn(sample)
    return { ...sample, pixels: pixels.map((mark, j) => mark + 0.3 * sample.pixels[j]) }
  })
