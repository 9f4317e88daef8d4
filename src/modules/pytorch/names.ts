/** What PyTorch's state dict calls the parameter at a path of ours: `"stem.norm.scale"` -> `"backbone.bn1.weight"`. */
export type PyTorchNames = (path: string) => string

/** PyTorch's names of the tensors within a layer. Any other tensor keeps its own. */
const TENSORS: Readonly<Record<string, string>> = {
  kernel: "weight",
  scale: "weight",
  offset: "bias",
  mean: "running_mean",
  variance: "running_var"
}

/**
 * Makes a names map from rewriting rules for the paths of layers. Every rule is applied, in order, to what the one before it
 * made of the path; the tensor within the layer (its last name) is translated after them: kernel and scale are called
 * weight, offset bias, mean running_mean and variance running_var.
 *
 * @example
 * ```ts
 * const names = pyTorchNames([[/^stem\.conv$/, "backbone.conv1"], [/^stages\.(\d+)\./, "backbone.layer$1."]])
 * names("stem.conv.kernel") // => "backbone.conv1.weight"
 * names("stages.2.norm.mean") // => "backbone.layer2.norm.running_mean"
 * ```
 */
export const pyTorchNames =
  (rules: ReadonlyArray<readonly [ours: RegExp, theirs: string]>): PyTorchNames =>
  (path) => {
    const split = path.lastIndexOf(".")
    const layer = rules.reduce((name, [ours, theirs]) => name.replace(ours, theirs), path.slice(0, Math.max(0, split)))
    const tensor = path.slice(split + 1)
    return `${layer}${layer === "" ? "" : "."}${TENSORS[tensor] ?? tensor}`
  }
