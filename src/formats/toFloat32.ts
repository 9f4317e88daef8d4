import type { SafeTensor } from "./safetensors.ts"

/**
 * The numbers of a tensor as float32, rounded where they have more digits: F32 as it is (the same array), F64, F16, BF16,
 * integers and booleans converted. Nothing for complex numbers and for formats of 8 bits and fewer.
 */
export const toFloat32 = (tensor: SafeTensor): Float32Array | undefined => {
  switch (tensor.dtype) {
    case "F32":
      return tensor.data
    case "F16":
      return Float32Array.from(tensor.data, half)
    case "BF16":
      return new Float32Array(Uint32Array.from(tensor.data, (bits) => bits << 16).buffer)
    case "I64":
    case "U64":
      return Float32Array.from<bigint>(tensor.data, Number)
    case "BOOL":
    case "U8":
    case "I8":
    case "U16":
    case "I16":
    case "U32":
    case "I32":
    case "F64":
      return Float32Array.from(tensor.data)
    default:
      return undefined
  }
}

/** The value of an IEEE 754 half: sign, 5 bits of exponent (bias 15), 10 bits of fraction. */
const half = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
