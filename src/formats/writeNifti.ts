import { NIFTI1, NIFTI2 } from "nifti-reader-js"
import type { Volume } from "../volume/volume.ts"
import { HOST_IS_LITTLE_ENDIAN, reverseBytes } from "./byteOrder.ts"
import { type GzipLevel, gzipBytes } from "./gzipBytes.ts"
import { NiftiError } from "./niftiError.ts"
import { qformOf } from "./niftiGeometry.ts"

/** Whole numbers that stand for values: value = slope * stored + intercept. */
export interface ScaledStorage {
  readonly type: "uint8" | "int16"
  readonly slope: number
  readonly intercept?: number
}

export interface WriteNiftiOptions {
  /** Whether to gzip. Default true. */
  readonly compress?: boolean
  /** Effort of gzip, 1 to 9. Default 6. */
  readonly level?: GzipLevel
  /** A note in the header, at most 79 ASCII characters. Default none. */
  readonly description?: string
  /** Stores each value as the nearest step of a scale: probabilities as uint8 of slope 1/255 take a quarter of float32. Default: as it is. */
  readonly storage?: ScaledStorage
}

/**
 * Writes a volume as one NIfTI-1 file (NIfTI-2 if a dimension exceeds 32,767), in the type of its voxels, at the place
 * its affine says: as sform, which rounds it to float32 in NIfTI-1, and as qform too where axes are at right angles.
 * Labels say that they are labels (intent 1002). The same volume gives the same bytes on every run and machine.
 *
 * Throws `NiftiError` if a value does not fit `storage`, or the description its place.
 *
 * @example
 * ```ts
 * const mask = makeLabels(ct, marked) // on the grid of the CT that it was found in
 * await writeFile("mask.nii", writeNifti(mask))
 * writeNifti(makeImage(ct, probabilities), { storage: { type: "uint8", slope: 1 / 255 } })
 * ```
 */
export const writeNifti = (volume: Volume, options: WriteNiftiOptions = {}): Uint8Array<ArrayBuffer> => {
  const header = headerOf(volume, options)
  const stored = options.storage ? scaled(volume.voxels, options.storage) : volume.voxels
  const voxels = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength)
  const file = new Uint8Array(header.length + voxels.length)
  file.set(header)
  file.set(voxels, header.length)
  if (!HOST_IS_LITTLE_ENDIAN) reverseBytes(file.subarray(header.length), stored.BYTES_PER_ELEMENT)
  return (options.compress ?? true) ? gzipBytes(file, options.level) : file
}

const CODES = { uint8: { code: 2, bits: 8 }, int16: { code: 4, bits: 16 }, float32: { code: 16, bits: 32 } } as const
const SCANNER = 1
const LABEL_INTENT = 1002
const UNIT_MM = 2
/** The largest size that the 16-bit dimensions of NIfTI-1 hold. */
const NIFTI1_MAX = 32767

/** The header and the four zero bytes that say that no extension follows it. */
const headerOf = (volume: Volume, { storage, description = "" }: WriteNiftiOptions): Uint8Array => {
  const { shape, spacing, affine, voxels } = volume
  const type = storage?.type ?? typeOf(voxels)
  const large = Math.max(...shape) > NIFTI1_MAX
  if (!/^[ -~]{0,79}$/.test(description))
    throw refused("its description is not ASCII or too long", "use at most 79 characters")
  const qform = qformOf(affine)
  const header = Object.assign(large ? new NIFTI2() : new NIFTI1(), {
    littleEndian: true,
    magic: large ? "n+2\0\r\n\u001a\n" : "n+1\0",
    dims: [3, ...shape, 1, 1, 1, 1],
    pixDims: [...(qform?.pixDims ?? [1, ...spacing]), 0, 0, 0, 0],
    datatypeCode: CODES[type].code,
    numBitsPerVoxel: CODES[type].bits,
    vox_offset: large ? 544 : 352,
    scl_slope: storage?.slope ?? 1,
    scl_inter: storage?.intercept ?? 0,
    xyzt_units: UNIT_MM,
    description,
    intent_code: volume.kind === "labels" ? LABEL_INTENT : 0,
    sform_code: SCANNER,
    affine: affine.map((row) => [...row]),
    qform_code: qform === undefined ? 0 : SCANNER,
    quatern_b: qform?.quatern_b ?? 0,
    quatern_c: qform?.quatern_c ?? 0,
    quatern_d: qform?.quatern_d ?? 0,
    qoffset_x: affine[0][3],
    qoffset_y: affine[1][3],
    qoffset_z: affine[2][3]
  })
  return new Uint8Array(header.toArrayBuffer())
}

const typeOf = (voxels: Volume["voxels"]): keyof typeof CODES =>
  voxels instanceof Uint8Array ? "uint8" : voxels instanceof Int16Array ? "int16" : "float32"

const scaled = (values: Volume["voxels"], { type, slope, intercept = 0 }: ScaledStorage): Uint8Array | Int16Array => {
  const stored = type === "uint8" ? new Uint8Array(values.length) : new Int16Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const step = Math.round((values[i] - intercept) / slope)
    stored[i] = step
    if (stored[i] !== step) {
      throw refused(
        `voxel ${i} is ${values[i]}, which ${type} with slope ${slope} and intercept ${intercept} does not reach`,
        "choose a larger slope, another intercept, or no storage option"
      )
    }
  }
  return stored
}

const refused = (reason: string, remedy: string) => new NiftiError({ file: "the NIfTI to be written", reason, remedy })
