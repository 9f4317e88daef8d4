import { type Axis, indicesBetween, positions } from "./scan.ts"
import type { Box } from "./solid.ts"

/** Most layers that an organ may have. */
export const MOST_LAYERS = 4

/** Where the voxels of a scan lie in the template of anatomy. Lengths in template mm. */
export interface Geometry {
  readonly axes: readonly [Axis, Axis, Axis]
  /** Size of a voxel in the plane. */
  readonly pixel: number
  /** Size of a voxel along z. */
  readonly thickness: number
}

/** One slice while it is painted: an image, the ground truth as shares of each voxel, and scratch space. */
export interface Canvas {
  readonly width: number
  readonly height: number
  readonly hu: Float32Array
  readonly liver: Float32Array
  readonly tumor: Float32Array
  /** Where each pixel's centre lies in the template, warp included. */
  readonly x: Float32Array
  readonly y: Float32Array
  readonly z: Float32Array
  /** How far the warp moves this slice's pixels at least and at most, along each axis. */
  readonly moved: { readonly least: Float64Array; readonly most: Float64Array }
  /** y of each row, without warp. */
  readonly rows: Float64Array
  /** Texture of mean 0 and variance 1. */
  readonly grain: Float32Array
  /** Scratch: distance to a surface, the width over which a voxel blends there, and the share of each layer. */
  readonly distance: Float32Array
  readonly ramp: Float32Array
  readonly shape: Float32Array
  readonly layers: ReadonlyArray<Float32Array>
}

/** A canvas for slices of `width` x `height` pixels. */
export const makeCanvas = (axes: readonly [Axis, Axis, Axis]): Canvas => {
  const [width, height] = [axes[0].count, axes[1].count]
  const plane = () => new Float32Array(width * height)
  return {
    width,
    height,
    hu: plane(),
    liver: plane(),
    tumor: plane(),
    x: plane(),
    y: plane(),
    z: plane(),
    moved: { least: new Float64Array(3), most: new Float64Array(3) },
    rows: positions(axes[1]),
    grain: plane(),
    distance: plane(),
    ramp: plane(),
    shape: plane(),
    layers: Array.from({ length: MOST_LAYERS }, plane)
  }
}

/** Pixels from `left` to `right` and from `top` to `bottom`, ends excluded. */
export interface Window {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** The pixels of the slice at `z` that a box may touch. */
export const windowOf = (
  { least, most }: Canvas["moved"],
  { axes, pixel, thickness }: Geometry,
  { low, high }: Box,
  z: number
): Window | undefined => {
  if (z < low[2] - most[2] - thickness || z > high[2] - least[2] + thickness) return undefined
  const margin = 2 * pixel
  const [left, right] = indicesBetween(axes[0], low[0] - most[0] - margin, high[0] - least[0] + margin)
  const [top, bottom] = indicesBetween(axes[1], low[1] - most[1] - margin, high[1] - least[1] + margin)
  return left < right && top < bottom ? { left, right, top, bottom } : undefined
}

/** The smallest window that holds them all. */
export const hull = (windows: ReadonlyArray<Window | undefined>): Window | undefined =>
  windows.reduce((all, w) => {
    if (all === undefined || w === undefined) return all ?? w
    return {
      left: Math.min(all.left, w.left),
      right: Math.max(all.right, w.right),
      top: Math.min(all.top, w.top),
      bottom: Math.max(all.bottom, w.bottom)
    }
  }, undefined)
