const refused = (kernels: string, remedy: string) =>
  Object.fromEntries(kernels.split(/\s+/).map((kernel) => [kernel, remedy]))

/** tfjs's kernels that no rule compiles, with what to do instead. */
export const REFUSED: Readonly<Record<string, string>> = {
  ...refused(
    `BitwiseAnd BroadcastArgs BroadcastTo CropAndResize Diag Dilation2D Dilation2DBackpropFilter Dilation2DBackpropInput
    LRN LRNGrad LogicalXor LogSoftmax MatrixBandPart Pool RotateWithOffset Transform`,
    "compose it of other ops, or run on an engine that works op by op"
  ),
  ...refused(
    `Bincount DenseBincount Draw FromPixels LowerBound Multinomial NonMaxSuppressionV3 NonMaxSuppressionV4
    NonMaxSuppressionV5 RaggedGather RaggedRange RaggedTensorToTensor SearchSorted SparseFillEmptyRows SparseReshape
    SparseSegmentMean SparseSegmentSum SparseToDense StaticRegexReplace StringNGrams StringSplit
    StringToHashBucketFast Unique UpperBound`,
    "compute it outside of the function, and give the result as an input"
  ),
  ...refused(
    "AvgPool3D AvgPool3DGrad Conv3D Conv3DBackpropFilterV2 Conv3DBackpropInputV2 MaxPool3D MaxPool3DGrad",
    "see a volume slice by slice, as maps [batch, height, width, channels]"
  ),
  ...refused("MaxPoolWithArgmax", "use maxPool"),
  ...refused("Complex ComplexAbs FFT IFFT Imag Real", "hold real and imaginary parts as two tensors")
}
