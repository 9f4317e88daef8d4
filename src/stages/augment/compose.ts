import { inLine } from "../../errors.ts"
import { fold } from "../../random/index.ts"
import type { Sample } from "../../volume/index.ts"
import { andThen, type Frame, type Outline, warp } from "./frame.ts"
import { AugmentError, isSpatial, type Transform } from "./transform.ts"

/** What one transform of a composition did. */
export type Step = { readonly transform: string; readonly params: object }

/** What a composition did, in order: a plain record that survives JSON and can be applied again. */
export type Steps = ReadonlyArray<Step>

/**
 * One transform after another, as one transform. Neighbouring spatial transforms move each pixel once, however many they
 * are, so a rotated, scaled and bent slice is interpolated once and stays sharp.
 *
 * @throws AugmentError, on application, when the record names other transforms than these, or naming the one that fails
 *
 * @example
 * ```ts
 * const gentle = compose([flip({ axis: "vertical" }), rotate({ degrees: [-10, 10] }), noise({ sigma: [0, 0.02] })])
 * const steps = gentle.params(key(7), sample)
 * const again = gentle.apply(sample, JSON.parse(JSON.stringify(steps)))
 * ```
 */
export const compose = (transforms: ReadonlyArray<Transform>): Transform<Steps> => ({
  name: `compose [${transforms.map((transform) => transform.name).join(", ")}]`,
  params: (key, sample) => {
    let outline: Outline = sample
    return transforms.map((transform, position) =>
      named(transform, () => {
        const params = transform.params(fold(key, position, transform.name), outline)
        if (isSpatial(transform)) outline = transform.frame(outline, params)
        return { transform: transform.name, params }
      })
    )
  },
  apply: (sample, steps) => {
    checkSteps(transforms, steps)
    let done = sample
    let pending: Frame | undefined
    for (const [position, transform] of transforms.entries()) {
      const { params } = steps[position]
      if (isSpatial(transform)) {
        const frame: Frame = named(transform, () => transform.frame(pending ?? done, params))
        pending = pending ? andThen(pending, frame) : frame
      } else {
        if (pending) done = warp(done, pending)
        pending = undefined
        done = named(transform, () => whole(transform.apply(done, params)))
      }
    }
    return pending ? warp(done, pending) : done
  }
})

/** What a transform gives; whatever it throws names it. */
const named = <A>({ name }: Transform, f: () => A): A => {
  try {
    return f()
  } catch (cause) {
    throw cause instanceof AugmentError ? cause : new AugmentError({ transform: name, reason: inLine(cause), cause })
  }
}

/** A sample whose pixels and mask are as many as its size says. */
const whole = (sample: Sample): Sample => {
  const { height, width, pixels, mask } = sample
  if (pixels.length === height * width && mask.length === height * width) return sample
  throw new Error(`it gives ${pixels.length} pixels and a mask of ${mask.length} for [${height}, ${width}]`)
}

const checkSteps = (transforms: ReadonlyArray<Transform>, steps: Steps): void => {
  const expected = transforms.map((transform) => transform.name)
  const found = steps.map((step) => step.transform)
  if (expected.length === found.length && expected.every((name, position) => name === found[position])) return
  throw new AugmentError({
    transform: "compose",
    reason: `the record is of [${found.join(", ")}], but the transforms are [${expected.join(", ")}]`
  })
}
