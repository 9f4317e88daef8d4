/** A NIfTI file as the standard lays it out, written field by field, by nothing that the library under test uses. */
export interface RawNifti {
  readonly version?: 1 | 2
  readonly littleEndian?: boolean
  /** `dim`, from dim[0] on. */
  readonly dim?: ReadonlyArray<number>
  readonly type?: StoredType
  readonly code?: number
  readonly stored?: ReadonlyArray<number>
  readonly slope?: number
  readonly intercept?: number
  readonly pixdim?: ReadonlyArray<number>
  readonly units?: number
  readonly qform?: { readonly code: number; readonly quaternion: Triple; readonly offset: Triple }
  readonly sform?: { readonly code: number; readonly rows: ReadonlyArray<number> }
  readonly magic?: string
  readonly offset?: number
}

type Triple = readonly [number, number, number]

export const STORED_TYPES = {
  uint8: { code: 2, bytes: 1, set: (v: DataView, at: number, x: number) => v.setUint8(at, x) },
  int16: { code: 4, bytes: 2, set: (v: DataView, at: number, x: number, le: boolean) => v.setInt16(at, x, le) },
  int32: { code: 8, bytes: 4, set: (v: DataView, at: number, x: number, le: boolean) => v.setInt32(at, x, le) },
  float32: { code: 16, bytes: 4, set: (v: DataView, at: number, x: number, le: boolean) => v.setFloat32(at, x, le) },
  float64: { code: 64, bytes: 8, set: (v: DataView, at: number, x: number, le: boolean) => v.setFloat64(at, x, le) },
  int8: { code: 256, bytes: 1, set: (v: DataView, at: number, x: number) => v.setInt8(at, x) },
  uint16: { code: 512, bytes: 2, set: (v: DataView, at: number, x: number, le: boolean) => v.setUint16(at, x, le) },
  uint32: { code: 768, bytes: 4, set: (v: DataView, at: number, x: number, le: boolean) => v.setUint32(at, x, le) },
  int64: {
    code: 1024,
    bytes: 8,
    set: (v: DataView, at: number, x: number, le: boolean) => v.setBigInt64(at, BigInt(x), le)
  },
  uint64: {
    code: 1280,
    bytes: 8,
    set: (v: DataView, at: number, x: number, le: boolean) => v.setBigUint64(at, BigInt(x), le)
  }
} as const

export type StoredType = keyof typeof STORED_TYPES

/** The bytes of a single file; its header and its voxels apart are the two files of a pair. */
export const rawNifti = (fields: RawNifti = {}): Uint8Array => {
  const { type = "int16", stored = [1, 2, 3, 4, 5, 6, 7, 8], littleEndian: le = true, version = 1 } = fields
  const { bytes, set } = STORED_TYPES[type]
  const offset = fields.offset ?? (version === 1 ? 352 : 544)
  const file = new Uint8Array(offset + stored.length * bytes)
  const view = new DataView(file.buffer)
  file.set((version === 1 ? header1 : header2)({ ...fields, offset }))
  for (const [i, value] of stored.entries()) set(view, offset + i * bytes, value, le)
  return file
}

const DIM = [3, 2, 2, 2, 1, 1, 1, 1]
const PIXDIM = [1, 1, 1, 1, 0, 0, 0, 0]
const ascii = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0))

const header1 = (f: RawNifti): Uint8Array => {
  const file = new Uint8Array(348)
  const view = new DataView(file.buffer)
  const le = f.littleEndian ?? true
  const type = STORED_TYPES[f.type ?? "int16"]
  view.setInt32(0, 348, le)
  for (const [i, n] of (f.dim ?? DIM).entries()) view.setInt16(40 + 2 * i, n, le)
  view.setInt16(70, f.code ?? type.code, le)
  view.setInt16(72, 8 * type.bytes, le)
  for (const [i, d] of (f.pixdim ?? PIXDIM).entries()) view.setFloat32(76 + 4 * i, d, le)
  view.setFloat32(108, f.offset ?? 352, le)
  view.setFloat32(112, f.slope ?? 1, le)
  view.setFloat32(116, f.intercept ?? 0, le)
  view.setUint8(123, f.units ?? 2)
  view.setInt16(252, f.qform?.code ?? 0, le)
  view.setInt16(254, f.sform?.code ?? 0, le)
  for (const [i, q] of (f.qform?.quaternion ?? []).entries()) view.setFloat32(256 + 4 * i, q, le)
  for (const [i, x] of (f.qform?.offset ?? []).entries()) view.setFloat32(268 + 4 * i, x, le)
  for (const [i, x] of (f.sform?.rows ?? []).entries()) view.setFloat32(280 + 4 * i, x, le)
  file.set(ascii(f.magic ?? "n+1\0"), 344)
  return file
}

const header2 = (f: RawNifti): Uint8Array => {
  const file = new Uint8Array(540)
  const view = new DataView(file.buffer)
  const le = f.littleEndian ?? true
  const type = STORED_TYPES[f.type ?? "int16"]
  view.setInt32(0, 540, le)
  file.set(ascii(f.magic ?? "n+2\0\r\n\u001a\n"), 4)
  view.setInt16(12, f.code ?? type.code, le)
  view.setInt16(14, 8 * type.bytes, le)
  for (const [i, n] of (f.dim ?? DIM).entries()) view.setBigInt64(16 + 8 * i, BigInt(n), le)
  for (const [i, d] of (f.pixdim ?? PIXDIM).entries()) view.setFloat64(104 + 8 * i, d, le)
  view.setBigInt64(168, BigInt(f.offset ?? 544), le)
  view.setFloat64(176, f.slope ?? 1, le)
  view.setFloat64(184, f.intercept ?? 0, le)
  view.setInt32(344, f.qform?.code ?? 0, le)
  view.setInt32(348, f.sform?.code ?? 0, le)
  for (const [i, q] of (f.qform?.quaternion ?? []).entries()) view.setFloat64(352 + 8 * i, q, le)
  for (const [i, x] of (f.qform?.offset ?? []).entries()) view.setFloat64(376 + 8 * i, x, le)
  for (const [i, x] of (f.sform?.rows ?? []).entries()) view.setFloat64(400 + 8 * i, x, le)
  view.setInt32(500, f.units ?? 2, le)
  return file
}

/** The same bytes in pieces of a size, as a file is read. */
export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
