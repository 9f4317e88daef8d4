import { type PyTorchNames, pyTorchNames } from "./names.ts"

const names = pyTorchNames([
  [/^backbone\b/, "transformer.embeddings.hybrid_model"],
  [/\.root\.norm$/, ".root.gn"],
  [/\.reduce\.conv$/, ".conv1"],
  [/\.reduce\.norm$/, ".gn1"],
  [/\.spatial\.conv$/, ".conv2"],
  [/\.spatial\.norm$/, ".gn2"],
  [/(\.unit\d+)\.expand\.conv$/, "$1.conv3"],
  [/(\.unit\d+)\.expand\.norm$/, "$1.gn3"],
  [/\.project\.conv$/, ".downsample"],
  [/\.project\.norm$/, ".gn_proj"],

  [/^embed$/, "transformer.embeddings.patch_embeddings"],
  [/^norm$/, "transformer.encoder.encoder_norm"],
  [/^blocks\b/, "transformer.encoder.layer"],
  [/\.attentionNorm$/, ".attention_norm"],
  [/\.attention\b/, ".attn"],
  [/\.perceptronNorm$/, ".ffn_norm"],
  [/\.expand$/, ".ffn.fc1"],
  [/\.contract$/, ".ffn.fc2"],

  [/^bridge\.conv$/, "decoder.conv_more.0"],
  [/^bridge\.norm$/, "decoder.conv_more.1"],
  [/^decoder\.(\d)\.0\b/, "decoder.blocks.$1.conv1"],
  [/^decoder\.(\d)\.1\b/, "decoder.blocks.$1.conv2"],
  [/^(decoder\.blocks.*)\.conv$/, "$1.0"],
  [/^(decoder\.blocks.*)\.norm$/, "$1.1"],
  [/^head$/, "segmentation_head.0"]
])

/** What Beckschen/TransUNet calls the parameters of `transUNet`. Its blocks and units count from 1. */
export const transUNetNames: PyTorchNames = (path) => {
  if (path === "positions") return "transformer.embeddings.position_embeddings"
  return names(
    path.replace(
      /\.stages\.(\d+)\.(\d+)\./,
      (_, stage, unit) => `.body.block${Number(stage) + 1}.unit${Number(unit) + 1}.`
    )
  )
}
