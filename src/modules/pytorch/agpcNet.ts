import { pyTorchNames } from "./names.ts"

/**
 * What AGPCNet's state dict calls the parameters of `agcafNet`.
 *
 * Its modules are `nn.Sequential`s, in which a layer is called by its position: 0 a convolution, 1 its norm, 2 ReLU, and so
 * on; channel attention begins with its pool, so there every position is one more. The auxiliary head, which AGPCNet has
 * not, is named like the main one.
 */
export const agpcNetNames = pyTorchNames([
  [/^backbone\.stem\.conv$/, "backbone.conv1"],
  [/^backbone\.stem\.norm$/, "backbone.bn1"],
  ...[0, 1, 2, 3].map(
    (stage) => [new RegExp(`^backbone\\.stages\\.${stage}\\.`), `backbone.layer${stage + 1}.`] as const
  ),
  [/\.first\.conv$/, ".conv1"],
  [/\.first\.norm$/, ".bn1"],
  [/\.second\.conv$/, ".conv2"],
  [/\.second\.norm$/, ".bn2"],
  [/\.shortcut\b/, ".downsample"],

  [/^context\.reduce\b/, "context.conv1"],
  [/^context\.expand\b/, "context.conv2"],
  [/^context\.blocks\b/, "context.scale_list"],
  [/\.smooth\b/, ".conv"],
  [/\.local\b/, ".non_local"],
  [/\.guide\b/, ".attention"],
  [/\.attention\.nonLocal\b/, ".attention.non_local_att"],
  [/\.attention\.attention\b/, ".attention.conv_att"],
  [/\.(query|key|value)$/, ".$1_conv"],

  [/^(fuse\d+)\.reduce\b/, "$1.plus_conv"],
  [/^(fuse\d+)\.fuse\b/, "$1.end_conv"],
  [/\.attention\.pixel\b/, ".pa"],
  [/\.attention\.channel\b/, ".ca"],

  [/^(head|auxiliary)\.inner\b/, "$1.block"],
  [/^(head|auxiliary)\.outer$/, "$1.block.4"],

  [/\.ca\.reduce\.conv$/, ".ca.1"],
  [/\.ca\.reduce\.norm$/, ".ca.2"],
  [/\.ca\.expand\.conv$/, ".ca.4"],
  [/\.ca\.expand\.norm$/, ".ca.5"],
  [/\.expand\.conv$/, ".3"],
  [/\.expand\.norm$/, ".4"],
  [/(\.reduce)?\.conv$/, ".0"],
  [/(\.reduce)?\.norm$/, ".1"]
])
