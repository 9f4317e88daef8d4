/** A typed array whose elements are numbers as a NIfTI file stores them. */
export type Stored =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array

/** How a voxel is stored. */
export interface Datatype {
  readonly name: string
  readonly bytes: number
  readonly view: (buffer: ArrayBuffer) => Stored
}

/** The types that hold one real number, by their NIfTI code. */
export const DATATYPES: ReadonlyMap<number, Datatype> = new Map([
  [2, { name: "uint8", bytes: 1, view: (buffer) => new Uint8Array(buffer) }],
  [4, { name: "int16", bytes: 2, view: (buffer) => new Int16Array(buffer) }],
  [8, { name: "int32", bytes: 4, view: (buffer) => new Int32Array(buffer) }],
  [16, { name: "float32", bytes: 4, view: (buffer) => new Float32Array(buffer) }],
  [64, { name: "float64", bytes: 8, view: (buffer) => new Float64Array(buffer) }],
  [256, { name: "int8", bytes: 1, view: (buffer) => new Int8Array(buffer) }],
  [512, { name: "uint16", bytes: 2, view: (buffer) => new Uint16Array(buffer) }],
  [768, { name: "uint32", bytes: 4, view: (buffer) => new Uint32Array(buffer) }],
  [1024, { name: "int64", bytes: 8, view: (buffer) => new BigInt64Array(buffer) }],
  [1280, { name: "uint64", bytes: 8, view: (buffer) => new BigUint64Array(buffer) }]
])

/** The types that a CT cannot have, named for the message that refuses them. */
export const UNSUPPORTED: ReadonlyMap<number, string> = new Map([
  [0, "unknown"],
  [1, "1-bit"],
  [32, "complex64"],
  [128, "RGB24"],
  [1536, "float128"],
  [1792, "complex128"],
  [2048, "complex256"],
  [2304, "RGBA32"]
])
