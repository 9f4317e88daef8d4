/** The files of a NIfTI: one, or of a pair, which keeps header and voxels apart, both. The name of either will do. */
export const niftiParts = (path: string): ReadonlyArray<string> =>
  /\.(hdr|img)(\.gz)?$/i.test(path)
    ? [path.replace(/\.img(\.gz)?$/i, ".hdr$1"), path.replace(/\.hdr(\.gz)?$/i, ".img$1")]
    : [path]
