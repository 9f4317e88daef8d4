import type { PngImage } from "../formats/png.ts"

/**
 * Values in [0, 1] as a gray picture; what lies outside is black or white.
 *
 * @example
 * ```ts
 * writePng(gray({ height: 1, width: 2, pixels: Float32Array.of(0, 1) }, 16))
 * ```
 */
export const gray = (
  { height, pixels, width }: { readonly height: number; readonly width: number; readonly pixels: ArrayLike<number> },
  depth: 8 | 16 = 8
): PngImage => {
  const most = 2 ** depth - 1
  const level = (value: number) => Math.round(most * Math.min(1, Math.max(0, value)))
  const data = depth === 8 ? Uint8Array.from(pixels, level) : Uint16Array.from(pixels, level)
  return { width, height, channels: 1, depth, data }
}
