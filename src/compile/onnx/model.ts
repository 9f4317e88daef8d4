/** Types of elements that a compiled graph computes with, as ONNX names them in lower case. */
export type OnnxType = "float32" | "int32" | "int64" | "bool" | "uint8"

/** Elements in row-major order; a bool is a byte. */
export type OnnxData = Float32Array | Int32Array | BigInt64Array | Uint8Array

/** A constant of a graph. */
export interface OnnxTensor {
  readonly name: string
  readonly type: OnnxType
  readonly dims: ReadonlyArray<number>
  readonly data: OnnxData
}

/** What an operator is told beside its inputs. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: ReadonlyArray<number> }
  | { readonly float: number }
  | { readonly floats: ReadonlyArray<number> }
  | { readonly string: string }
  | { readonly tensor: OnnxTensor }

export interface OnnxNode {
  readonly op: string
  /** Default: ONNX's own operators. */
  readonly domain?: string
  /** Names of values; an empty name leaves an optional input out. */
  readonly inputs: ReadonlyArray<string>
  readonly outputs: ReadonlyArray<string>
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>
}

/** An input or output of a graph. A dimension that varies has a name in place of a size. */
export interface OnnxValue {
  readonly name: string
  readonly type: OnnxType
  readonly dims: ReadonlyArray<number | string>
}

/** A graph with all that a file of it holds. */
export interface OnnxModel {
  readonly name: string
  /** In an order in which each node's inputs come before it. */
  readonly nodes: ReadonlyArray<OnnxNode>
  readonly constants: ReadonlyArray<OnnxTensor>
  readonly inputs: ReadonlyArray<OnnxValue>
  readonly outputs: ReadonlyArray<OnnxValue>
  /** Version by domain; ONNX's own is "". */
  readonly opsets: Readonly<Record<string, number>>
  readonly metadata?: Readonly<Record<string, string>>
}
