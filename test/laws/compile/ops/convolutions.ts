import * as tf from "@tensorflow/tfjs-core"
import fc from "fast-check"
import { sizeOf } from "../../../../src/compile/graph.ts"
import type { Op } from "../../../support/compiled/trial.ts"
import { map, type Ops, type Shape, upTo } from "./arbitraries.ts"

const roundings = fc.constantFrom("floor" as const, "round" as const, "ceil" as const)

/** What is put round a map that a filter goes over: by name, the same on all sides, or on each side. */
export const padding = (size: number, square: boolean) =>
  fc.oneof(
    fc.constantFrom("same" as const, "valid" as const),
    // tfjs computes the width of a result by the height of a filter where one number tells its padding.
    ...(square ? [fc.tuple(upTo(size - 1, 0), roundings)] : []),
    fc.tuple(fc.array(upTo(size - 1, 0), { minLength: 4, maxLength: 4 }), roundings)
  )

type Padding = ReturnType<typeof padding> extends fc.Arbitrary<infer P> ? P : never

export const padOf = (chosen: Padding) => {
  if (typeof chosen === "string") return { pad: chosen, rounding: undefined }
  const [sides, rounding] = chosen
  if (typeof sides === "number") return { pad: sides, rounding }
  const [top, bottom, left, right] = sides
  const pad: tf.backend_util.ExplicitPadding = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0]
  ]
  return { pad, rounding }
}

const filter = fc.constantFrom([1, 1], [3, 3], [2, 2], [3, 2], [1, 3], [5, 5], [4, 4])
const strides = fc.constantFrom([1, 1], [2, 2], [1, 2], [3, 2])

const geometry = fc
  .tuple(map(10, 4), filter, upTo(5), strides, fc.constantFrom([1, 1], [1, 1], [2, 2], [2, 3]))
  .chain(([shape, kernel, channels, strides, dilations]) =>
    fc.tuple(
      fc.constant({
        kernel: kernel as [number, number],
        channels,
        // tfjs does either.
        strides: (dilations[0] > 1 ? [1, 1] : strides) as [number, number],
        dilations: dilations as [number, number],
        // A map is no smaller than what goes over it.
        shape: [
          shape[0],
          Math.max(shape[1], (kernel[0] - 1) * dilations[0] + 1),
          Math.max(shape[2], (kernel[1] - 1) * dilations[1] + 1),
          shape[3]
        ] as const
      }),
      padding(
        Math.min(...kernel),
        [kernel, strides, dilations].every(([a, b]) => a === b)
      )
    )
  )
  .map(([chosen, pad]) => ({ ...chosen, ...padOf(pad) }))

const described = ({ shape, kernel, strides, dilations, pad, rounding }: ReturnType<typeof sample>) =>
  `[${shape}], ${kernel} by ${strides}${dilations[0] > 1 ? `, dilated ${dilations}` : ""}, ${pad} ${rounding ?? ""}`

type Geometry = typeof geometry extends fc.Arbitrary<infer G> ? G : never
const sample = (geometry: Geometry): Geometry => geometry

const conv2d = geometry.map((g): Op => {
  const { shape, kernel, channels, strides, dilations, pad, rounding } = g
  return {
    name: `conv2d to ${channels} of ${described(g)}`,
    inputs: [
      { shape, dtype: "float32" },
      { shape: [...kernel, shape[3], channels], dtype: "float32" }
    ],
    f: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, "NHWC", dilations, rounding),
    // tfjs differentiates no dilated filter, and forgets how sizes were rounded.
    by: dilations[0] > 1 || (rounding ?? "floor") !== "floor" ? [] : [0, 1]
  }
})

const depthwiseConv2d = geometry.map((g): Op => {
  const { shape, kernel, channels, strides, dilations, pad, rounding } = g
  const multiplier = Math.min(channels, 3)
  return {
    name: `depthwiseConv2d, ${multiplier} each, of ${described(g)}`,
    inputs: [
      { shape, dtype: "float32" },
      { shape: [...kernel, shape[3], multiplier], dtype: "float32" }
    ],
    f: (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, "NHWC", dilations, rounding),
    by: dilations[0] > 1 ? [] : [0, 1]
  }
})

const separable = geometry.map((g): Op => {
  const { shape, kernel, channels, strides, dilations } = g
  return {
    name: `separableConv2d to ${channels} of ${described({ ...g, pad: "same", rounding: undefined })}`,
    inputs: [
      { shape, dtype: "float32" },
      { shape: [...kernel, shape[3], 2], dtype: "float32" },
      { shape: [1, 1, 2 * shape[3], channels], dtype: "float32" }
    ],
    f: (x, d, p) =>
      tf.separableConv2d(x as tf.Tensor4D, d as tf.Tensor4D, p as tf.Tensor4D, strides, "same", dilations),
    by: dilations[0] > 1 ? [] : [0, 1, 2]
  }
})

/** How a bias or a factor lies beside a map: by channels, as most do, or by anything else that can be spread over it. */
const spread = fc.constantFrom("channels", "channels", "one", "number", "map", "row", "rows", "images", "wide")

const spreadOver = (how: typeof spread extends fc.Arbitrary<infer S> ? S : never, result: Shape): Shape => {
  const [n, h, w, c] = result
  const shapes = {
    channels: [c],
    one: [1],
    number: [],
    map: [h, w, c],
    row: [w, c],
    rows: [h, 1, 1],
    images: [n, 1, 1, 1]
  }
  return how === "wide" ? [1, 1, 1, c] : shapes[how]
}

const resultOf = ({ shape, kernel, strides, dilations, pad, rounding }: Geometry, channels: number): Shape => {
  const filter: [number, number, number, number] = [...kernel, shape[3], channels]
  return tf.backend_util.computeConv2DInfo([...shape], filter, strides, dilations, pad, rounding).outShape
}

/** What is folded into a constant filter, and what looks as if it could be. */
const scaled = fc
  .tuple(geometry, fc.option(spread), fc.array(fc.tuple(spread, fc.boolean()), { minLength: 1, maxLength: 3 }))
  .map(([g, added, steps]): Op => {
    const { shape, kernel, channels, strides, dilations, pad, rounding } = g
    const result = resultOf(g, channels)
    const beside = (how: (typeof steps)[number][0]) => own(spreadOver(how, result))
    return {
      name: `conv2d to ${channels} of ${described(g)}, bias ${added}, then ${steps.map(([how, factor]) => `${factor ? "*" : "+"} ${how}`)}`,
      inputs: [{ shape, dtype: "float32" }],
      f: (x) =>
        steps.reduce<tf.Tensor>(
          (y, [how, factor]) => (factor ? tf.mul(y, beside(how)) : tf.add(y, beside(how))),
          tf.fused.conv2d({
            x: x as tf.Tensor4D,
            filter: own([...kernel, shape[3], channels]) as tf.Tensor4D,
            strides,
            pad: pad as "same",
            dilations,
            ...(rounding && { dimRoundingMode: rounding }),
            ...(added !== null && { bias: beside(added) })
          })
        ),
      by: []
    }
  })

/** Numbers that an op has of its own. */
const own = (shape: Shape): tf.Tensor =>
  tf.tensor(
    Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(1 + 3 * i)),
    [...shape]
  )

/** Of joined maps, some of which have no channels. */
const joined = fc
  .tuple(map(6, 3), fc.array(upTo(3, 0), { minLength: 2, maxLength: 4 }), filter, upTo(3), strides)
  .filter(([, parts]) => parts.some((n) => n > 0))
  .map(([[n, h, w], parts, kernel, channels, strides]): Op => {
    const from = parts.reduce((a, b) => a + b)
    return {
      name: `conv2d to ${channels} of [${[n, h, w]}] with channels ${parts}, ${kernel} by ${strides}`,
      inputs: [
        ...parts.map((part) => ({ shape: [n, h, w, part], dtype: "float32" as const })),
        { shape: [...kernel, from, channels], dtype: "float32" }
      ],
      f: (...all) =>
        tf.conv2d(
          tf.concat(all.slice(0, -1) as Array<tf.Tensor4D>, 3),
          all.at(-1) as tf.Tensor4D,
          strides as [number, number],
          "same"
        )
    }
  })

const activations = ["linear", "relu", "relu6", "elu", "sigmoid", "leakyrelu", "prelu"] as const

const fusedWith = fc.tuple(geometry, fc.constantFrom(...activations), fc.option(spread), fc.boolean())

const fusedOp = (depthwise: boolean) =>
  fusedWith.map(([g, activation, added, idle]): Op => {
    const { shape, kernel, channels, strides, dilations, pad, rounding } = g
    const out = depthwise ? 2 * shape[3] : channels
    const biased = added === null ? [] : [spreadOver(added, resultOf(g, out))]
    const weighted = activation === "prelu" || idle
    return {
      name: `fused.${depthwise ? "depthwiseConv2d" : "conv2d"} of ${described(g)}, ${activation}, bias ${biased}`,
      inputs: [
        shape,
        [...kernel, shape[3], depthwise ? 2 : channels],
        ...biased,
        ...(weighted ? [[1, 1, out]] : [])
      ].map((shape) => ({ shape, dtype: "float32" })),
      f: (x, filter, ...rest) => {
        const bias = biased.length > 0 ? rest[0] : undefined
        // Whatever ends otherwise has nothing to do with them.
        const weights = weighted ? rest.at(-1) : undefined
        return tf.fused[depthwise ? "depthwiseConv2d" : "conv2d"]({
          x: x as tf.Tensor4D,
          filter: filter as tf.Tensor4D,
          strides,
          pad: pad as "same",
          dilations,
          activation,
          ...(rounding && { dimRoundingMode: rounding }),
          ...(bias && { bias }),
          ...(weights && { preluActivationWeights: weights }),
          ...(activation === "leakyrelu" && { leakyreluAlpha: 0.3 })
        })
      },
      by: []
    }
  })

/** A transposed convolution: a kernel that gradients of others are made of. */
const conv2dTranspose = fc
  .tuple(map(5, 4), upTo(4), filter, upTo(3), fc.constantFrom("same", "valid"))
  .map(([shape, channels, kernel, stride, pad]): Op => {
    const length = (n: number, k: number) => (pad === "same" ? n * stride : (n - 1) * stride + Math.max(k, stride))
    const size = [shape[0], length(shape[1], kernel[0]), length(shape[2], kernel[1]), channels]
    return {
      name: `conv2dTranspose of [${shape}] to [${size}], ${kernel} by ${stride}, ${pad}`,
      inputs: [
        { shape, dtype: "float32" },
        { shape: [...kernel, channels, shape[3]], dtype: "float32" }
      ],
      f: (x, w) =>
        tf.conv2dTranspose(
          x as tf.Tensor4D,
          w as tf.Tensor4D,
          size as [number, number, number, number],
          stride,
          pad as "same"
        )
    }
  })

const conv1d = fc.tuple(upTo(2), upTo(9, 3), upTo(3), upTo(4), upTo(3), upTo(2)).map(
  ([batch, length, from, to, size, stride]): Op => ({
    name: `conv1d of [${[batch, length, from]}] to ${to}, ${size} by ${stride}`,
    inputs: [
      { shape: [batch, length, from], dtype: "float32" },
      { shape: [size, from, to], dtype: "float32" }
    ],
    f: (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, stride, "same")
  })
)

export const convolutions: Ops = [
  conv1d,
  conv2d,
  conv2d,
  conv2d,
  conv2dTranspose,
  conv2dTranspose,
  depthwiseConv2d,
  depthwiseConv2d,
  fusedOp(false),
  fusedOp(true),
  joined,
  scaled,
  scaled,
  separable
]

/** Gradients by filters, small and large beside their maps: sides as short as a filter, and anything put around. */
const filterGradient = fc
  .tuple(fc.tuple(upTo(3), upTo(7), upTo(7), upTo(6)), fc.tuple(upTo(5), upTo(5)), upTo(6))
  .chain(([[batch, height, width, channels], kernel, fanOut]) =>
    fc.record({
      kernel: fc.constant(kernel),
      shape: fc.constant([batch, Math.max(height, kernel[0]), Math.max(width, kernel[1]), channels] as const),
      fanOut: fc.constant(fanOut),
      around: padding(Math.min(...kernel), kernel[0] === kernel[1])
    })
  )
  .map(({ shape, kernel, fanOut, around }): Op => {
    const { pad, rounding } = padOf(around)
    return {
      name: `the filter of conv2d to ${fanOut} of [${shape}], ${kernel}, ${pad}`,
      inputs: [
        { shape, dtype: "float32" },
        { shape: [...kernel, shape[3], fanOut], dtype: "float32" }
      ],
      f: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, pad, "NHWC", 1, rounding),
      by: [1]
    }
  })

export const filterGradients: Ops = Array.from({ length: 40 }, () => filterGradient)
