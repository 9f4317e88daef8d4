import { addN, relu, type Tensor4D } from "@tensorflow/tfjs-core"
import { conv2d, conv2dSpec } from "./conv2d.ts"
import { dilatedConv2d } from "./dilatedConv2d.ts"
import { type ParamsOf, startingAt } from "./spec.ts"

export const denseAtrousSpec = (channels: number) => {
  const layer = (kernel: number) => {
    const spec = conv2dSpec({ in: channels, out: channels, kernel })
    return { ...spec, bias: { ...spec.bias, initializer: startingAt(0) } }
  }
  return { near: layer(3), middle: layer(3), far: layer(3), mix: layer(1) }
}

export type DenseAtrousParams = ParamsOf<ReturnType<typeof denseAtrousSpec>>

/**
 * Dense atrous convolution (DAC): four cascades of 3x3 convolutions with dilations 1, 3 and 5 see 3, 7, 9 and 19 pixels and
 * are added to the input. The cascades share their convolutions.
 *
 * x + relu(near x) + relu(mix middle x) + relu(mix middle near x) + relu(mix far middle near x)
 *
 * Source: Gu et al., CE-Net (IEEE TMI 2019), as in Guzaiwang/CE-Net.
 *
 * @param x [batch, height, width, channels]
 * @returns the shape of `x`
 */
export const denseAtrous = (p: DenseAtrousParams, x: Tensor4D): Tensor4D => {
  const middle = (y: Tensor4D) => dilatedConv2d(p.middle, y, { dilation: 3 })
  const far = (y: Tensor4D) => dilatedConv2d(p.far, y, { dilation: 5 })
  const mix = (y: Tensor4D) => conv2d(p.mix, y)
  const near = conv2d(p.near, x)
  const twice = middle(near)
  return addN([x, ...[near, mix(middle(x)), mix(twice), mix(far(twice))].map((y) => relu(y))])
}
